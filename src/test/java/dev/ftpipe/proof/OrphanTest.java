package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that outlive the repro that started them, because that one was killed alone. */
final class OrphanTest {
  @TempDir Path folder;

  @BeforeEach
  void needsProc() {
    assumeTrue(Files.exists(Path.of("/proc/self/environ")), "commands are found through /proc");
  }

  private void pipeline(String command) throws IOException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        stages:
          slow:
            cmd: %s
            outs: [out]
        """
            .formatted(command));
  }

  private void await(String file) throws InterruptedException {
    for (int i = 0; i < 2000 && !Files.exists(folder.resolve(file)); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(folder.resolve(file)).exists();
  }

  private Result killAloneAndRunAgain() throws IOException, InterruptedException {
    Running first = new Program(folder).start("repro");
    await("out");
    first.kill();
    return new Program(folder).run("repro");
  }

  @Test
  void repro_whenACommandOfAKilledOneStillWrites_endsItFirst() throws Exception {
    pipeline("echo $$ >> pids; echo first > out; sleep 2; echo second >> out");
    Result again = killAloneAndRunAgain();
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(folder.resolve("out")).hasContent("first\nsecond\n");
    String orphan = Files.readAllLines(folder.resolve("pids")).get(0);
    assertThat(again.err()).contains("note: ", orphan);
  }

  /** The shell is gone and only what it left in the background is there: no parent leads to it. */
  @Test
  void repro_whenAGrandchildOfAKilledOneStillWrites_endsItFirst() throws Exception {
    pipeline(
        "test -e once || { > once; (sleep 2; echo stray >> out) & }; echo first > out; sleep 2;"
            + " echo second >> out");
    Running first = new Program(folder).start("repro");
    await("out");
    first.process().children().forEach(ProcessHandle::destroyForcibly);
    Result again = first.kill();
    assertThat(again.exitCode()).isEqualTo(137);
    again = new Program(folder).run("repro");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(folder.resolve("out")).hasContent("first\nsecond\n");
  }

  @Test
  void repro_afterACleanEnd_looksForNobody() throws Exception {
    pipeline("echo done > out");
    new Program(folder).run("repro");
    Running other =
        new Running(
            new ProcessBuilder("sleep", "20").directory(folder.toFile()).start(),
            Files.createTempFile("sleep", ".out"),
            Files.createTempFile("sleep", ".err"));
    Result again = new Program(folder).run("repro", "--force");
    assertThat(again.err()).doesNotContain("note: ");
    assertThat(other.process().isAlive()).isTrue();
    other.kill();
  }
}
