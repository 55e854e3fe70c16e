package dev.ftpipe.run;

import static dev.ftpipe.run.StageOutcome.Result.RUN;
import static dev.ftpipe.run.StageOutcome.Result.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.dag.Graph;
import dev.ftpipe.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repro in a process of its own that is killed, or that meets a second one. */
final class CrashTest {
  @TempDir Path folder;

  /** Reproduces the pipeline of this test in the folder that is its argument. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
      Workbench bench = new Workbench(Path.of(args[0])).stages(pipeline());
      bench.repro();
    }
  }

  // Each stage writes half of its output, takes its time, and writes the rest.
  private static Stages[] pipeline() {
    Stages[] stages = new Stages[6];
    for (int i = 0; i < stages.length; i++) {
      String before = i == 0 ? "source" : "out" + (i - 1);
      stages[i] =
          Stages.shell(
                  "s" + i,
                  "cp %1$s out%2$d; echo $$ > pid; sleep 0.2; echo %2$d >> out%2$d; echo %2$d >> runs"
                      .formatted(before, i))
              .dep(before)
              .out("out" + i);
    }
    return stages;
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            Workbench.classPath(),
            Main.class.getName(),
            folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolveSibling(folder.getFileName() + ".txt").toFile())
        .start();
  }

  private Workbench bench() throws IOException {
    return new Workbench(folder).write("source", "source\n").stages(pipeline());
  }

  @Test
  void repro_whenKilledInAStage_keepsWhatWasFinishedAndNothingHalf() throws Exception {
    Workbench bench = bench();
    Process killed = start();
    bench.await(() -> Files.exists(folder.resolve("out3")));
    killed.destroyForcibly().waitFor();
    TimeUnit.MILLISECONDS.sleep(500);
    Outcomes outcomes = bench.repro();
    assertThat(
            outcomes.values().stream()
                .collect(Collectors.groupingBy(StageOutcome::result, Collectors.counting())))
        .isEqualTo(Map.of(UNCHANGED, 3L, RUN, 3L));
    assertThat(bench.read("out5")).isEqualTo("source\n0\n1\n2\n3\n4\n5\n");
    bench.reproGives(UNCHANGED);
  }

  @Test
  void repro_whenAnotherProcessIsAtWork_isRefusedAndNothingMixes() throws Exception {
    Workbench bench = bench();
    Process first = start();
    bench.await(() -> Files.exists(folder.resolve("out1")));
    List<String> messages = new ArrayList<>();
    try {
      bench.repro();
    } catch (dev.ftpipe.base.FtpipeException e) {
      assertThat(e.kind().exitCode()).isEqualTo(3);
      messages.add(e.getMessage());
    }
    assertThat(messages).singleElement().asString().contains("process " + first.pid());
    assertThat(first.waitFor()).isZero();
    bench.reproGives(UNCHANGED);
    assertThat(bench.read("runs")).isEqualTo("0\n1\n2\n3\n4\n5\n");
  }

  @Test
  void project_whenOnlyLookedAt_writesNothing() throws IOException {
    bench();
    List<String> notes = new ArrayList<>();
    Project project =
        new Project(
            folder,
            Graph.of(java.util.Arrays.stream(pipeline()).map(Stages::build).toList()),
            LocalStore.open(Project.cacheFolder(folder), notes::add),
            notes::add);
    assertThat(Statuses.of(project, List.of())).hasSize(6);
    assertThat(folder.resolve(".ftpipe")).doesNotExist();
    assertThat(folder.resolve("pipeline.lock")).doesNotExist();
    assertThat(notes).isEmpty();
  }
}
