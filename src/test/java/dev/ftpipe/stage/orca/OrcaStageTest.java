package dev.ftpipe.stage.orca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.stage.StageRun;
import dev.ftpipe.stage.platypus.PlatypusStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of many writers, good and bad, with the digests and messages that they must give. */
final class OrcaStageTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/data");

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("good")
  void goodFile_givesTheRowsOfPandas(String file) throws Exception {
    JsonNode expected = manifest().get("good").get(file);
    StageKind<?> kind =
        expected.get("stage").asText().equals("orca") ? new OrcaStage() : new PlatypusStage();
    assertThat(digest(run(kind, file, 1)))
        .isEqualTo(expected.get("all_seed42_sha256").asText());
    if (expected.get("rows").asInt() >= 10) {
      assertThat(digest(run(kind, file, 10)))
          .isEqualTo(expected.get("subset10_seed42_sha256").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badFile_isOneMessageAndNoOutput(String file) throws Exception {
    JsonNode expected = manifest().get("bad").get(file);
    Throwable thrown = catchThrowable(() -> run(new OrcaStage(), file, 1));
    if (thrown == null && expected.has("may_succeed_with")) {
      return;
    }
    assertThat(thrown).isInstanceOf(FtpipeException.class);
    assertThat(thrown.getMessage()).doesNotContain("\n");
    for (JsonNode name : expected.get("message_names")) {
      String word = name.asText();
      String[] alternatives =
          word.equals("file") ? new String[] {"/" + Path.of(file).getFileName()} : word.split(" or ");
      assertThat(thrown.getMessage().toLowerCase(Locale.ROOT))
          .containsAnyOf(Arrays.stream(alternatives).map(a -> a.toLowerCase(Locale.ROOT)).toArray(String[]::new));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).isSubsetOf("scratch");
    }
  }

  static Stream<String> good() throws Exception {
    return names("good");
  }

  static Stream<String> bad() throws Exception {
    return names("bad");
  }

  private static Stream<String> names(String group) throws Exception {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no " + FIXTURES);
    return manifest().get(group).properties().stream().map(java.util.Map.Entry::getKey);
  }

  private static JsonNode manifest() throws Exception {
    return Json.mapper().readTree(FIXTURES.resolve("manifest.json").toFile());
  }

  private Path run(StageKind<?> kind, String file, double size) throws Exception {
    StageRun run = new StageRun(folder).in("records", FIXTURES.resolve(file)).out("records");
    return run.with("subset_size", size).with("seed", 42).run(kind).file("records");
  }

  private static String digest(Path file) throws Exception {
    return Digest.ofFile(file).hex();
  }
}
