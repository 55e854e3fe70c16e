package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which GPUs the commands of a real process see. */
final class GpuTest {
  @TempDir Path folder;
  private Workbench bench;

  @BeforeEach
  void makeProject() throws IOException {
    bench =
        new Workbench(folder.toRealPath())
            .write(
                "pipeline.yaml",
                """
                stages:
                  train:
                    foreach: [a, b]
                    do:
                      # Both at once, or each alone.
                      cmd: >-
                        echo $CUDA_VISIBLE_DEVICES > ${item}; touch ${item}.up;
                        for i in $(seq 50); do
                        test -e a.up && test -e b.up && break; sleep 0.05; done
                      outs: ['${item}']
                      resources: {gpu: 1}
                  both:
                    # After them: it would take turns with them otherwise.
                    deps: [a, b]
                    cmd: echo $CUDA_VISIBLE_DEVICES > both
                    outs: [both]
                    resources: {gpu: 2}
                  all:
                    cmd: echo $CUDA_VISIBLE_DEVICES > all
                    outs: [all]
                    resources: {gpu: 2}
                  other:
                    cmd: echo "$CUDA_VISIBLE_DEVICES" > other
                    outs: [other]
                  own:
                    cmd: echo $CUDA_VISIBLE_DEVICES > own
                    outs: [own]
                    env: {CUDA_VISIBLE_DEVICES: '9'}
                    resources: {gpu: 1}
                """);
  }

  private void repro(String visible, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("java", "-cp", Workbench.classPath(), "dev.ftpipe.Main", "repro"));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(bench.root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    builder.environment().put("CUDA_VISIBLE_DEVICES", visible);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(bench.read("said")).isZero();
  }

  @Test
  void stages_thatAskForOne_getOneEach_andTheOthersSeeWhatTheUserSet() throws Exception {
    repro("4,7", "-j", "4", "both", "other", "own");
    assertThat(List.of(bench.read("a"), bench.read("b"))).containsExactlyInAnyOrder("4\n", "7\n");
    assertThat(bench.read("both")).isEqualTo("4,7\n");
    assertThat(bench.read("other")).isEqualTo("4,7\n");
    assertThat(bench.read("own")).as("what it declares").isEqualTo("9\n");
  }

  @Test
  void stages_inASandbox_getTheirs() throws Exception {
    repro("4,7", "--sandbox", "train@a", "other");
    assertThat(bench.read("a")).isEqualTo("4\n");
    assertThat(bench.read("other")).isEqualTo("4,7\n");
  }

  @Test
  void hiddenGpus_stayHidden() throws Exception {
    repro("", "all");
    assertThat(bench.read("all")).isEqualTo("\n");
  }
}
