package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A project of many stages of one kind, one of which fails.
 *
 * @param bad number of the one that fails
 */
record ManyStages(CommandLines here, int count, int bad) {
  ManyStages write() throws IOException {
    here.write(
        "pipeline.yaml",
        """
        stages:
          square:
            foreach: [%s]
            do:
              cmd: test ${item} != %d && sum=$(cat in) && echo $((sum + ${item} * ${item})) > out${item}
              deps: [in]
              outs: ['out${item}']
              resources: {cpus: 1}
        """
            .formatted(
                IntStream.range(0, count)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(", ")),
                bad));
    here.write("in", "7\n");
    return this;
  }

  /** All results are right, but for the one that failed. */
  void check(Result result) throws IOException {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains((count - 1) + " run").contains("1 failed");
    assertThat(result.err()).contains("failed: square@" + bad);
    for (int i = 0; i < count; i++) {
      if (i == bad) {
        assertThat(Files.exists(here.root.resolve("out" + i))).isFalse();
      } else {
        assertThat(here.read("out" + i)).isEqualTo(7 + i * i + "\n");
      }
    }
    assertThat(here.ftpipe("status").out()).contains("square@" + bad).doesNotContain("square@0 ");
  }
}
