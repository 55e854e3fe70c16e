package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A check in a process of its own that does not come to its end, and what it leaves. */
final class CheckCrashTest {
  private static final String LOCK = "pipeline.lock";

  @TempDir Path folder;
  private Path project;
  private Path slow;
  private Path stay;
  private Path pid;

  @BeforeEach
  void makeProject() throws Exception {
    project = Files.createDirectory(folder.resolve("project"));
    slow = folder.resolve("slow");
    stay = folder.resolve("stay");
    pid = folder.resolve("pid");
    // Files outside of the project: they decide how long the command takes, the first time.
    Files.writeString(
        project.resolve("pipeline.yaml"),
        """
        stages:
          first:
            cmd: echo 1 > one
            outs: [one]
          second:
            cmd: |
              cp one two
              if rm '%s'; then echo $$ > '%s'; while test -e '%s'; do sleep 0.05; done; fi
            deps: [one]
            outs: [two]
        """
            .formatted(slow, pid, stay));
    assertThat(program().run("repro").exitCode()).isZero();
    Files.createFile(slow);
    Files.createFile(stay);
  }

  @AfterEach
  void endCommand() throws Exception {
    Files.deleteIfExists(stay);
  }

  private Program program() {
    return new Program(project);
  }

  private Running started() throws Exception {
    Running check = program().start("repro", "--check");
    for (int i = 0; i < 600 && !(Files.exists(pid) && Files.size(pid) > 0); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return check;
  }

  private Path checks() {
    return project.resolve(".ftpipe/state/check");
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(checks())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void check_whenKilled_hasTouchedNothing_andTheNextCleansUp() throws Exception {
    String lock = Files.readString(project.resolve(LOCK));
    started().kill();
    assertThat(Files.readString(project.resolve(LOCK))).isEqualTo(lock);
    assertThat(program().run("status", "--exit-code").exitCode()).isZero();
    try (Stream<Path> left = Files.list(checks())) {
      assertThat(left).hasSize(1);
    }

    Result next = program().run("repro", "--check");
    assertThat(next.exitCode()).as(next.err()).isZero();
    assertNothingLeft();
    // Of one that has ended, and that nobody has asked how, the environment is empty.
    String environment = "/proc/" + Files.readString(pid).strip() + "/environ";
    assertThat(Shell.run("grep -q FTPIPE_WORKSPACE " + environment))
        .as("the command of the killed check is alive")
        .isFalse();
  }

  @Test
  void check_whenInterrupted_saysSo_andCleansUp() throws Exception {
    Running check = started();
    check.process().destroy();
    Result result = check.end();
    assertThat(result.exitCode()).isEqualTo(130);
    assertThat(result.out()).contains("first: reproduced", "second: not checked: interrupted");
    assertNothingLeft();
  }

  @Test
  void check_besideARepro_isNotDisturbed() throws Exception {
    Running check = started();
    Result repro = program().run("repro", "-f");
    assertThat(repro.exitCode()).as(repro.err()).isZero();
    assertThat(check.process().isAlive()).isTrue();
    Files.delete(stay);
    Result result = check.end();
    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out()).contains("second: reproduced");
  }

  @Test
  void check_onAFullDisk_saysWhatCannotBeWritten() throws Exception {
    Files.delete(slow);
    Path state = project.resolve(".ftpipe/state");
    assumeTrue(
        Shell.run("mount -t tmpfs -o size=1m tmpfs '" + state + "'"),
        "mounting a small file system needs root");
    try {
      Files.write(project.resolve("in"), new byte[2 << 20]);
      Files.writeString(
          project.resolve("pipeline.yaml"),
          "stages:\n  s:\n    cmd: cksum < in > out\n    deps: [in]\n    outs: [out]\n");
      assertThat(program().run("repro").exitCode()).isZero();
      Result result = program().run("repro", "--check");
      assertThat(result.exitCode()).isEqualTo(3);
      assertThat(result.out()).contains("s: failed: cannot write", "No space left on device");
    } finally {
      Shell.run("umount -l '" + state + "'");
    }
  }
}
