package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of two work trees, and who of them is ended. */
final class OrphansTest {
  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void needsProc() {
    assumeTrue(Files.exists(Path.of("/proc/self/environ")), "commands are found through /proc");
  }

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(Path root, String command) throws IOException, InterruptedException {
    Path ready = folder.resolve("ready" + started.size());
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", command.replace("READY", ready.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Orphans.mark(builder, Files.createDirectories(root));
    Process process = builder.start();
    started.add(process);
    for (int i = 0; i < 1000 && !Files.exists(ready); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return process;
  }

  private List<String> end(Path root) throws IOException, InterruptedException {
    List<String> notes = new ArrayList<>();
    new Orphans(root, Duration.ofMillis(300)).end(notes::add);
    return notes;
  }

  @Test
  void end_endsTheCommandsOfThisFolderOnly() throws Exception {
    Process here = start(folder.resolve("a"), "> READY; sleep 30; true");
    Process there = start(folder.resolve("b"), "> READY; sleep 30; true");
    assertThat(end(folder.resolve("a"))).singleElement().asString().contains("" + here.pid());
    assertThat(here.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(there.isAlive()).isTrue();
    assertThat(end(folder.resolve("a"))).isEmpty();
  }

  @Test
  void end_whenTheSignalIsIgnored_kills() throws Exception {
    Process deaf = start(folder, "trap '' TERM; > READY; while :; do sleep 30; done");
    end(folder);
    assertThat(deaf.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(deaf.exitValue()).isEqualTo(137);
  }

  @Test
  void end_findsWhatHasLostItsParent() throws Exception {
    Path pid = folder.resolve("pid");
    start(folder, "sh -c 'echo $$ > " + pid + "; exec sleep 30' & sleep 0.1; > READY").waitFor();
    long orphan = Long.parseLong(Files.readString(pid).strip());
    end(folder);
    // Dead, or dead and not buried yet by whoever inherited it.
    Path state = Path.of("/proc/" + orphan + "/status");
    assertThat(!Files.exists(state) || Files.readString(state).contains("\tZ (")).isTrue();
  }
}
