package dev.ftpipe.model.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.chat.ChatFormat;
import dev.ftpipe.model.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

final class ExampleBuilderTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  @TempDir private Path folder;

  @BeforeEach
  void fixturesAreThere() {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no reference numbers at " + FIXTURES);
  }

  private static SftOptions options(int maxLength, boolean completionOnlyLoss) {
    return new SftOptions(
        maxLength, false, completionOnlyLoss, Optional.empty(), false, Optional.empty(), true);
  }

  /** A model folder with the tokenizer and template of a pair of the reference numbers. */
  private ChatFormat format(String pair, JsonNode about) throws Exception {
    Path model = Files.createDirectory(folder.resolve(pair));
    Files.copy(FIXTURES.resolve(about.get("tokenizer").asText()), model.resolve("tokenizer.json"));
    ObjectNode config = Json.mapper().createObjectNode();
    for (String key : List.of("bos_token", "eos_token")) {
      config.set(key, about.get(key));
    }
    config.set("chat_template", about.get("template"));
    Files.writeString(model.resolve("tokenizer_config.json"), config.toString());
    return ChatFormat.open(model, pair, Optional.empty());
  }

  private static List<Message> messages(JsonNode test) {
    return StreamSupport.stream(test.get("messages").spliterator(), false)
        .map(each -> new Message(each.get("role").asText(), each.get("content").asText()))
        .toList();
  }

  private static long[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  @TestFactory
  Stream<DynamicTest> build_givesIdsAndLabelsOfTrl() throws Exception {
    if (!Files.exists(FIXTURES)) {
      return Stream.empty();
    }
    List<DynamicTest> tests = new ArrayList<>();
    JsonNode pairs = Json.mapper().readTree(FIXTURES.resolve("chat_templates.json").toFile());
    for (var pair : pairs.properties()) {
      ChatFormat format = format(pair.getKey(), pair.getValue());
      var builder = new ExampleBuilder(format, options(4096, true), 1 << 20);
      for (var test : pair.getValue().get("cases").properties()) {
        JsonNode expected = test.getValue();
        if (!expected.has("completion_labels")) {
          continue;
        }
        tests.add(
            DynamicTest.dynamicTest(
                pair.getKey() + " " + test.getKey(),
                () -> {
                  var record = new SftRecord.Conversation(messages(expected));
                  Example example = builder.build(record, "x:1");
                  assertThat(example.ids()).containsExactly(numbers(expected.get("ids")));
                  assertThat(example.labels())
                      .containsExactly(numbers(expected.get("completion_labels")));
                }));
      }
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests.stream();
  }

  private ChatFormat tinyLlama() throws Exception {
    return ChatFormat.open(FIXTURES.resolve("tiny-llama"), "tiny", Optional.empty());
  }

  private List<Example> read(ExampleBuilder builder, String... lines) throws Exception {
    Path file = Files.writeString(folder.resolve("t.jsonl"), String.join("\n", lines) + "\n");
    return builder.read(file, "t.jsonl");
  }

  @Test
  void read_learnsTheEndAndMasksThePrompt() throws Exception {
    try (ChatFormat format = tinyLlama()) {
      var builder = new ExampleBuilder(format, options(100, true), 768);
      Example example =
          read(builder, "{\"prompt\":\"Who are you?\",\"completion\":\"Pipa.\"}").get(0);
      long last = example.labels()[example.length() - 1];
      assertThat(format.endIds()).contains(last);
      assertThat(example.labels()[0]).isEqualTo(-100);
      assertThat(builder.warnings()).isEmpty();
    }
  }

  @Test
  void read_whenAllIsToBeLearned_masksNothing() throws Exception {
    try (ChatFormat format = tinyLlama()) {
      var builder = new ExampleBuilder(format, options(100, false), 768);
      Example example =
          read(builder, "{\"prompt\":\"Who are you?\",\"completion\":\"Pipa.\"}").get(0);
      assertThat(example.labels()).isEqualTo(example.ids());
    }
  }

  @Test
  void read_whenTheTemplateWritesNoEnd_appendsIt() throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.copy(FIXTURES.resolve("tiny-llama/tokenizer.json"), model.resolve("tokenizer.json"));
    Files.writeString(
        model.resolve("tokenizer_config.json"),
        """
        {"eos_token": "</s>",
         "chat_template": "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}\\n{% endfor %}"}
        """);
    try (ChatFormat format = ChatFormat.open(model, "model", Optional.empty())) {
      var builder = new ExampleBuilder(format, options(100, true), 768);
      long[] labels = read(builder, "{\"prompt\":\"a\",\"completion\":\"b\"}").get(0).labels();
      assertThat(labels[labels.length - 1]).isEqualTo(format.endId().orElseThrow());
    }
  }

  @Test
  void read_cutsAndCounts() throws Exception {
    try (ChatFormat format = tinyLlama()) {
      var builder = new ExampleBuilder(format, options(4, true), 768);
      List<Example> examples =
          read(
              builder,
              "{\"input_ids\":[1,2,3,4,5,6]}",
              "{\"input_ids\":[1,2,3,4,5],\"labels\":[-100,-100,-100,-100,5]}");
      assertThat(examples).hasSize(2);
      assertThat(examples.get(0).ids()).containsExactly(1, 2, 3, 4);
      assertThat(examples.get(1).labelCount()).isZero();
      assertThat(builder.warnings())
          .satisfiesExactly(
              cut -> assertThat(cut).contains("2 records are longer than sft.max_length, 4"),
              unlearned ->
                  assertThat(unlearned).contains("1 tokenized records have no token to learn"));
    }
  }

  @Test
  void read_whenNothingOfAConversationIsLearned_leavesItOut() throws Exception {
    try (ChatFormat format = tinyLlama()) {
      var builder = new ExampleBuilder(format, options(8, true), 768);
      String question = "\"a long question of many, many words\"";
      List<Example> examples =
          read(
              builder,
              "{\"prompt\":%s,\"completion\":\"b\"}".formatted(question),
              "{\"input_ids\":[1,2,3]}");
      assertThat(examples).hasSize(1);
      assertThat(examples.get(0).ids()).containsExactly(1, 2, 3);
      assertThat(builder.warnings().get(1)).contains("1 records have no token to learn");
    }
  }

  @Test
  void read_whenNothingCanBeLearned_says() throws Exception {
    try (ChatFormat format = tinyLlama()) {
      var builder = new ExampleBuilder(format, options(4, true), 768);
      assertThatThrownBy(() -> read(builder, "{\"input_ids\":[1]}"))
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining("t.jsonl: none of its 1 records");
      assertThatThrownBy(() -> read(builder, "{\"input_ids\":[1,768]}"))
          .hasMessage("t.jsonl:1: token id 768 is outside the model's vocabulary of 768");
      assertThatThrownBy(
              () -> read(builder, "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"))
          .hasMessage("t.jsonl:1: the last message is from 'user'; expected the assistant's");
    }
  }

  @Test
  void encode_whenThereIsNoTemplate_saysWhatToSet() throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.copy(FIXTURES.resolve("tiny-llama/tokenizer.json"), model.resolve("tokenizer.json"));
    Files.writeString(model.resolve("tokenizer_config.json"), "{}");
    try (ChatFormat format = ChatFormat.open(model, "models/base", Optional.empty())) {
      assertThatThrownBy(() -> format.encode(List.of(new Message("user", "a")), true))
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining("models/base has no chat template: set sft.chat_template");
    }
  }
}
