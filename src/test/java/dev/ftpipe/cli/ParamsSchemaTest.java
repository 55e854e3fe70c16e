package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.ParamsFormat;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Pipelines;
import dev.ftpipe.model.sft.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the schema of {@code params.yaml} accepts, the default pipeline takes. */
final class ParamsSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(
              PipelineSchema.read("params"),
              SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());

  /** Groups of params in the default project, and what the built-in calls them. */
  private static final Map<String, String> GROUPS =
      Map.of(
          "model_tokenizer_args", "quantization",
          "lora_args", "lora",
          "sft_args", "sft",
          "trainer_args", "trainer");

  /** Relations of two numbers, which no schema can tell. */
  private static final List<String> RELATIONS =
      List.of("not a multiple of eval_steps", "below learning_rate");

  /** Options in which the parser takes any text for a name, also one that can be none. */
  private static final List<String> LENIENT = List.of("/modules_to_save");

  /** Something of every type, at the borders, and the words that options know. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "-1",
          "0",
          "1",
          "2",
          "31",
          "32",
          "64",
          "4096",
          "3000000000",
          "0.5",
          "1.5",
          "-0.5",
          "1e-9",
          "\"\"",
          "\"none\"",
          "\"steps\"",
          "\"epoch\"",
          "\"no\"",
          "\"full\"",
          "\"fp4\"",
          "\"float16\"",
          "\"float32\"",
          "\"gaussian\"",
          "\"pissa\"",
          "\"llama3\"",
          "\"cuda:1\"",
          "\"cuda:x\"",
          "\"cosine_with_min_lr\"",
          "\"polynomial\"",
          "\"warmup_stable_decay\"",
          "\"paged_adamw_8bit\"",
          "\"loss\"",
          "\"(\"",
          "\".*q_proj\"",
          "[]",
          "[1]",
          "[\"q_proj\"]",
          "[-1]",
          "{}",
          "{\"a\": 1}",
          "{\"num_cycles\": 0.5}",
          "{\"min_lr\": 1e-6}",
          "{\"(\": 4}");

  @TempDir Path folder;
  private ObjectNode params;

  @BeforeEach
  void project() throws IOException {
    Files.copy(Path.of("pipeline.yaml"), folder.resolve("pipeline.yaml"));
    params = (ObjectNode) yaml(Path.of("params.yaml"));
  }

  private static JsonNode yaml(Path file) throws IOException {
    return ParamsFormat.of("params.yaml")
        .parse(Files.readString(file), file.toString(), new Problems())
        .map(Located::node)
        .orElseThrow();
  }

  private static List<String> complaints(JsonNode params) {
    return SCHEMA.validate(params).stream().map(Object::toString).toList();
  }

  /** What the parser has against these params; empty when nothing. */
  private String refusal(JsonNode changed) throws IOException {
    Files.writeString(folder.resolve("params.yaml"), changed.toString());
    try {
      Pipelines.load(folder, PipelineSchemaTest.KINDS, ParamOverrides.NONE);
      return "";
    } catch (FtpipeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void compare(ObjectNode changed, String what) throws IOException {
    String refusal = refusal(changed);
    if (complaints(changed).isEmpty() && RELATIONS.stream().noneMatch(refusal::contains)) {
      assertThat(refusal).as("accepted by the schema: " + what).isEmpty();
    }
    if (refusal.isEmpty() && LENIENT.stream().noneMatch(what::contains)) {
      assertThat(complaints(changed)).as("accepted by the parser: " + what).isEmpty();
    }
  }

  /** Paths of all known values, as pointers. */
  private static List<String> known() {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/random_seed",
                "/data/generate_identity_data/name",
                "/data/process_orca_data/subset_size",
                "/data/process_orca_data/raw",
                "/data/data_split/val_size",
                "/train/pretrained_model_path",
                "/merge_model/dtype",
                "/sanity_check/max_new_tokens",
                "/sanity_check/temperature",
                "/sanity_check/min_pass",
                "/sanity_check/prompts"));
    GROUPS.forEach(
        (group, name) ->
            TrainOptions.defaults()
                .get(name)
                .fieldNames()
                .forEachRemaining(option -> paths.add("/train/" + group + "/" + option)));
    return paths;
  }

  private static String set(ObjectNode changed, String path, String value) throws IOException {
    int slash = path.lastIndexOf('/');
    ((ObjectNode) changed.at(path.substring(0, slash)))
        .set(path.substring(slash + 1), JSON.readTree(value));
    return path + " = " + value;
  }

  @Test
  void theParamsOfTheRepository_areAccepted() throws IOException {
    for (String file :
        List.of(
            "params.yaml",
            "params-llama2-7b.yaml",
            "src/main/resources/dev/ftpipe/cli/init/params.yaml")) {
      assertThat(complaints(yaml(Path.of(file)))).as(file).isEmpty();
    }
  }

  @Test
  void everyOptionOfTraining_isKnown_andNoOther() {
    GROUPS.forEach(
        (group, name) -> {
          List<String> described = new ArrayList<>();
          PipelineSchema.read("params")
              .at("/$defs/" + name + "/properties")
              .fieldNames()
              .forEachRemaining(described::add);
          List<String> options = new ArrayList<>();
          TrainOptions.defaults().get(name).fieldNames().forEachRemaining(options::add);
          assertThat(described).as(group).isEqualTo(options);
        });
  }

  @Test
  void whatTheSchemaAccepts_theParserAccepts_valueByValue() throws IOException {
    int both = 0;
    for (String path : known()) {
      for (String value : VALUES) {
        ObjectNode changed = params.deepCopy();
        String what = set(changed, path, value);
        compare(changed, what);
        both += complaints(changed).isEmpty() ? 1 : 0;
      }
    }
    assertThat(both).isGreaterThan(300);
  }

  @Test
  void whatTheSchemaAccepts_theParserAccepts_severalAtOnce() throws IOException {
    Random random = new Random(7);
    List<String> known = known();
    for (int i = 0; i < 1_500; i++) {
      ObjectNode changed = params.deepCopy();
      List<String> what = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        what.add(
            set(
                changed,
                known.get(random.nextInt(known.size())),
                VALUES.get(random.nextInt(VALUES.size()))));
      }
      compare(changed, what.toString());
    }
  }

  @Test
  void aNumber_isNoWordOfAnOption() throws IOException {
    for (String path : List.of("/merge_model/dtype", "/train/trainer_args/optim")) {
      ObjectNode changed = params.deepCopy();
      set(changed, path, "1");
      assertThat(refusal(changed)).as(path).isNotEmpty();
      assertThat(complaints(changed)).as(path).isNotEmpty();
    }
  }
}
