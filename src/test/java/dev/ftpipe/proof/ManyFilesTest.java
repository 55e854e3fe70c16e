package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of a million files as one output, in half a gigabyte of memory. */
@Tag("slow")
final class ManyFilesTest {
  private static final int FOLDERS = 1000;
  private static final int FILES = 1000;

  @TempDir Path folder;

  private Result ftpipe(String... arguments) throws IOException, InterruptedException {
    Result result = new Program(folder).withFlags("-Xmx512m").run(arguments);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result;
  }

  @Test
  void reproAndStatus_overAMillionFiles_doNotHoldThemAll() throws Exception {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        stages:
          make:
            cmd: sh make.sh
            deps: [make.sh]
            outs: [many]
          count:
            cmd: find many -type f | wc -l > count
            deps: [many]
            outs: [count]
        """);
    Files.writeString(
        folder.resolve("make.sh"),
        """
        mkdir many
        seq 1 %d | while read d; do
          mkdir many/$d
          (cd many/$d && seq -f "$d-%%g" 1 %d | split -l 1 -a 4 - f)
        done
        """
            .formatted(FOLDERS, FILES));
    ftpipe("repro", "-q");
    assertThat(Files.readString(folder.resolve("count")).strip()).isEqualTo("" + FOLDERS * FILES);
    assertThat(ftpipe("status", "--json").stages().values()).containsOnly("up-to-date");
    Files.writeString(folder.resolve("many/7/faaaa"), "other\n");
    assertThat(ftpipe("status", "--json").stages()).containsEntry("make", "cached");
    assertThat(ftpipe("repro", "--json").stages().values())
        .containsExactly("restored", "unchanged");
    assertThat(folder.resolve("many/7/faaaa")).hasContent("7-1\n");
  }
}
