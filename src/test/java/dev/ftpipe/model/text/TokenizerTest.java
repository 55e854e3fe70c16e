package dev.ftpipe.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenizerTest {
  private static final Path MODELS = Path.of("src/test/resources/text");
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-tied"})
  void encodeAndDecode_smallTokenizers_agreeWithTheReference(String model) throws IOException {
    agree(MODELS.resolve(model), MODELS.resolve("tokenization.json"), model);
  }

  @ParameterizedTest
  @CsvSource({"smollm2, smollm2-tokenizer.json", "llama2, ../llama2-tokenizer.json"})
  void encodeAndDecode_realTokenizers_agreeWithTheReference(String name, String file)
      throws IOException {
    Path source = FIXTURES.resolve(file);
    Assumptions.assumeTrue(Files.exists(source), "no fixture " + source);
    Files.copy(source, folder.resolve(Tokenizer.NAME));
    Files.writeString(folder.resolve(TokenizerConfig.NAME), "{}");
    agree(folder, FIXTURES.resolve("tokenization.json"), name);
  }

  private static void agree(Path model, Path expected, String name) throws IOException {
    JsonNode cases = Json.mapper().readTree(expected.toFile()).get(name);
    assertThat(cases).hasSize(18);
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      for (JsonNode each : cases) {
        String text = each.get("text").asText();
        assertThat(tokenizer.encode(text, false)).as(text).containsExactly(longs(each, "ids"));
        assertThat(tokenizer.encode(text, true))
            .as(text)
            .containsExactly(longs(each, "ids_with_special"));
        assertThat(tokenizer.decode(longs(each, "ids"), false))
            .isEqualTo(each.get("decoded").asText());
      }
    }
  }

  private static long[] longs(JsonNode node, String key) throws IOException {
    return Json.mapper().treeToValue(node.get(key), long[].class);
  }

  @Test
  void encode_aLongText_isNotCut() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(MODELS.resolve("tiny-llama"))) {
      assertThat(tokenizer.encode("a b ".repeat(3000), true).length).isGreaterThan(6000);
    }
  }

  @Test
  void specialTokens_comeFromTheConfig() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(MODELS.resolve("tiny-llama-tied"))) {
      assertThat(tokenizer.bosToken()).contains("<|begin_of_text|>");
      assertThat(tokenizer.eosToken()).contains("<|im_end|>");
      assertThat(tokenizer.padToken()).contains("<|endoftext|>");
      assertThat(tokenizer.unkToken()).isEmpty();
      assertThat(tokenizer.specialTokens()).containsOnlyKeys("bos_token", "eos_token", "pad_token");
      assertThat(tokenizer.idOf("<|im_end|>")).hasValue(2);
      assertThat(tokenizer.idOf("no such token")).isEmpty();
      assertThat(tokenizer.vocabularySize()).isEqualTo(512);
    }
  }

  @Test
  void specialTokens_mayBeObjects() throws IOException {
    Files.copy(MODELS.resolve("tiny-llama/tokenizer.json"), folder.resolve(Tokenizer.NAME));
    Files.writeString(
        folder.resolve(TokenizerConfig.NAME),
        "{\"eos_token\":{\"content\":\"</s>\",\"lstrip\":false},\"bos_token\":3}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.eosToken()).contains("</s>");
      assertThatThrownBy(tokenizer::bosToken)
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining("bos_token is 3");
    }
  }

  @Test
  void open_whenAFileIsMissing_saysWhichOne() throws IOException {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("model folder " + folder + " has no tokenizer.json");
    Files.copy(MODELS.resolve("tiny-llama/tokenizer.json"), folder.resolve(Tokenizer.NAME));
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("has no tokenizer_config.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | not valid JSON",
        "[] | not a JSON object",
        "{} | its model has no 'vocab'",
        "{\"model\":{\"vocab\":{\"a\":-1}}} | token 'a' has the id -1",
        "{\"model\":{\"vocab\":{\"a\":0}}} | not a usable tokenizer"
      })
  void open_whenTheFileIsBroken_saysWhat(String json, String message) throws IOException {
    Files.writeString(folder.resolve(Tokenizer.NAME), json);
    Files.writeString(folder.resolve(TokenizerConfig.NAME), "{}");
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll("tokenizer.json: ", message);
  }
}
