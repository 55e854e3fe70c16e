package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that say too much, or close their mouth and go on. */
final class FloodTest {
  @TempDir Path folder;

  private Result repro(String command) throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        stages:
          make:
            cmd: %s
            outs: [out]
        """
            .formatted(command));
    return new Program(folder).withFlags("-Xmx64m").run("repro", "-q");
  }

  @Test
  void aCommandThatClosesItsStreams_isWaitedFor() throws Exception {
    Result result = repro("exec > /dev/null 2>&1; exec >&- 2>&-; sleep 1; echo late > out");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(folder.resolve("out")).hasContent("late\n");
  }

  @Test
  void aLineWithoutEnd_isNotHeldInMemory() throws Exception {
    Result result = repro("head -c 100000000 /dev/zero | tr '\\\\0' x; echo done > out");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(folder.resolve("out")).hasContent("done\n");
  }

  @Test
  @Tag("slow")
  void aGigabyteOfOutput_fillsNeitherMemoryNorDisk() throws Exception {
    Result result =
        repro("yes 'the same line over and over again' | head -c 1000000000; touch out");
    assertThat(result.exitCode()).as(result.err()).isZero();
    try (Stream<Path> files = Files.walk(folder)) {
      long size =
          files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      assertThat(size).isLessThan(100_000_000);
    }
  }
}
