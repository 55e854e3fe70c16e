package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container without a locale, and a pipeline that is not English. */
final class LocaleTest {
  @TempDir Path folder;

  @BeforeEach
  void pipeline() throws IOException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        stages:
          make:
            cmd: echo données > out; mkdir folder; echo 1 > folder/é
            outs: [out, folder]
        """);
  }

  /** What the launcher gives to a program that has none. */
  @Test
  void repro_withALocaleOfLettersOnly_givesTheBytesThatTheFileSays() throws Exception {
    Result result =
        new Program(folder)
            .with("LC_ALL", "")
            .with("LANG", "")
            .with("LC_CTYPE", "C.UTF-8")
            .run("repro");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(folder.resolve("out")).hasContent("données\n");
    Files.delete(folder.resolve("folder/é"));
    assertThat(new Program(folder).with("LC_ALL", "C.UTF-8").run("repro").exitCode()).isZero();
    assertThat(folder.resolve("folder/é")).hasContent("1\n");
  }

  @Test
  void repro_withoutALocale_refusesWhatItCannotSay() throws Exception {
    Result result = new Program(folder).with("LC_ALL", "C").run("repro");
    if (result.exitCode() == 0) {
      assertThat(folder.resolve("out")).hasContent("données\n");
    } else {
      assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
      assertThat(result.err()).contains("LC_ALL=C.UTF-8");
    }
  }
}
