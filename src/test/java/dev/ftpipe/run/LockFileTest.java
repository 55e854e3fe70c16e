package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LockFileTest {
  @TempDir Path folder;

  private static final Artifact A = new Artifact(Artifact.Kind.FILE, Digest.of("a"), 1);

  private static LockFile sample() {
    Ingredients ingredients =
        StageKey.of(
            Stages.shell("s", "cp in out").dep("in").param("a", 0.5).out("out").build(),
            Map.of("in", A));
    return new LockFile(
        Map.of("in", A),
        Map.of(),
        Map.of("s", new LockFile.Entry(ingredients.key(), ingredients, Map.of("out", A))));
  }

  private Path file() {
    return folder.resolve("pipeline.lock");
  }

  @Test
  void write_givesTheSameTextEverywhere() throws IOException {
    sample().write(file());
    String digest = A.digest().hex();
    assertThat(Files.readString(file()))
        .isEqualTo(
            """
            {
              "format" : 1,
              "sources" : {
                "in" : {
                  "kind" : "file",
                  "digest" : "%1$s",
                  "size" : 1
                }
              },
              "stages" : {
                "s" : {
                  "key" : "%2$s",
                  "ingredients" : {
                    "commands" : [
                      "cp in out"
                    ],
                    "env" : { },
                    "folder" : ".",
                    "format" : 1,
                    "inputs" : {
                      "in" : {
                        "digest" : "%1$s",
                        "kind" : "file"
                      }
                    },
                    "outputs" : [
                      "out"
                    ],
                    "params" : {
                      "params.yaml" : {
                        "a" : 0.5
                      }
                    }
                  },
                  "outputs" : {
                    "out" : {
                      "kind" : "file",
                      "digest" : "%1$s",
                      "size" : 1
                    }
                  }
                }
              }
            }
            """
                .formatted(digest, sample().stage("s").orElseThrow().key()));
    assertThat(LockFile.read(file())).isEqualTo(sample());
  }

  @Test
  void write_whenNothingIsNew_leavesTheFileAlone() throws IOException {
    sample().write(file());
    Files.setLastModifiedTime(file(), FileTime.fromMillis(1000));
    LockFile.read(file()).write(file());
    assertThat(Files.getLastModifiedTime(file())).isEqualTo(FileTime.fromMillis(1000));
  }

  @Test
  void read_whenThereIsNone_isEmpty() throws IOException {
    assertThat(LockFile.read(file())).isEqualTo(LockFile.EMPTY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"format\": 2, \"later\": true} | newer ftpipe",
        "{\"format\": 1} | is damaged",
        "{\"format\": 1, \"sources\": {}, \"stages\": {\"s\": 3}} | is damaged",
        "{\"format\": 1, \"sources\": {\"a\": {\"kind\": \"file\", \"digest\": \"zz\", \"size\":"
            + " 1}}, \"stages\": {}} | is damaged",
        "stages: | is damaged (line 1)",
        "[] | has no format number",
        "{} | has no format number",
      })
  void read_whenItIsSomethingElse_saysWhat(String text, String message) throws IOException {
    Files.writeString(file(), text);
    assertRefused(message);
  }

  @Test
  void read_whenAMergeConflictIsLeft_namesTheLine() throws IOException {
    sample().write(file());
    Files.writeString(
        file(), Files.readString(file()).replace("  \"stages\"", "<<<<<<< HEAD\n  \"stages\""));
    assertRefused("pipeline.lock:10: merge conflict");
  }

  @Test
  void read_whenNotText_isRefused() throws IOException {
    Files.write(file(), "\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("is not UTF-8 text");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> LockFile.read(file()))
        .isInstanceOfSatisfying(
            FtpipeException.class, e -> assertThat(e.kind()).isEqualTo(FtpipeException.Kind.USAGE))
        .hasMessageContaining(message);
  }
}
