package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.llama.TokenBlock;
import dev.ftpipe.model.llama.WeightFormat;
import dev.ftpipe.model.merge.Merger;
import dev.ftpipe.model.sft.Batch;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters of every kind that PEFT makes: read, trained, written, merged; see make_variants.py. */
final class VariantTest {
  private static final Path VARIANTS = Path.of("src/test/resources/variants");
  private static final Path MODELS = Path.of("src/test/resources/architectures");

  @TempDir Path temporary;

  static Stream<String> variants() throws IOException {
    try (Stream<Path> folders = Files.list(VARIANTS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void fiveStepsAndMerge_equalPefts(String name) throws Exception {
    Path variant = VARIANTS.resolve(name);
    JsonNode run = Json.mapper().readTree(variant.resolve("run.json").toFile());
    Path base = MODELS.resolve(run.get("base").asText());
    TrainOptions options = options(variant);
    try (Torch torch = Torch.open("cpu");
        LlamaModel model =
            LlamaModel.load(
                torch, base, new LlamaOptions(WeightFormat.plain(DType.F32), DType.F32, true, 0))) {
      AdapterStart start = new AdapterStart(torch, model, base);
      TrainedAdapter adapter = start.fresh(options.lora(), "base", 1);
      if (!name.equals("pissa")) {
        var names = adapter.names();
        adapter = start.existing(variant.resolve("start"), name);
        assertThat(names).as("a fresh adapter trains the same").isEqualTo(adapter.names());
      }
      try (Optimizer optimizer =
          Optimizer.of(torch, model.weights(), adapter.names(), options.trainer())) {
        TrainStep step = new TrainStep(torch, model, optimizer, 1);
        for (int i = 0; i < run.get("losses").size(); i++) {
          StepResult result = step.run(i, List.of(batch(run.get("ids"))), 0.01);
          double norm = run.get("norms").get(i).asDouble();
          assertThat(result.loss()).isCloseTo(run.get("losses").get(i).asDouble(), within(2e-5));
          assertThat(result.gradientNorm()).isCloseTo(norm, within(2e-5 * norm));
        }
      }
      adapter.write(temporary.resolve("adapter"));
    }
    compare(temporary.resolve("adapter"), variant.resolve("end"), !name.equals("pissa"));
    for (Path written : List.of(temporary.resolve("adapter"), variant.resolve("end"))) {
      Path merged = temporary.resolve("merged-" + written.getFileName());
      new Merger(Optional.empty(), 1 << 20).merge(base, written, name, merged, (done, of) -> {});
      checkLogits(merged, run);
    }
  }

  /** The options that make the same adapter as the file that PEFT wrote. */
  private static TrainOptions options(Path variant) throws IOException {
    boolean pissa = variant.endsWith("pissa");
    JsonNode config =
        Json.mapper()
            .readTree(variant.resolve((pissa ? "end" : "start") + "/adapter_config.json").toFile());
    ObjectNode lora = Json.mapper().createObjectNode();
    for (String key :
        List.of(
            "r",
            "lora_alpha",
            "target_modules",
            "bias",
            "use_rslora",
            "use_dora",
            "modules_to_save",
            "rank_pattern",
            "alpha_pattern",
            "layers_to_transform")) {
      lora.set(key, config.get(key));
    }
    if (pissa) {
      // What is written is of twice the rank and alpha.
      lora.put("r", 4).put("lora_alpha", 8).put("init_lora_weights", "pissa");
      lora.set("alpha_pattern", Json.mapper().createObjectNode().put("q_proj", 4));
    }
    return TestOptions.with(Json.mapper().createObjectNode().set("lora", lora).toString());
  }

  private static void compare(Path ours, Path theirs, boolean values) throws IOException {
    try (SafetensorsFile found = SafetensorsFile.open(ours.resolve("adapter_model.safetensors"));
        SafetensorsFile wanted =
            SafetensorsFile.open(theirs.resolve("adapter_model.safetensors"))) {
      assertThat(found.names()).containsExactlyInAnyOrderElementsOf(wanted.names());
      for (String name : wanted.names()) {
        assertThat(found.info(name).shape()).as(name).isEqualTo(wanted.info(name).shape());
        if (values) {
          assertThat(found.floats(name))
              .as(name)
              .containsExactly(wanted.floats(name), within(1e-4f));
        }
      }
    }
    JsonNode config = Json.mapper().readTree(ours.resolve("adapter_config.json").toFile());
    JsonNode theirConfig = Json.mapper().readTree(theirs.resolve("adapter_config.json").toFile());
    for (var entry : config.properties()) {
      assertThat(entry.getValue().toString())
          .as(entry.getKey())
          .isEqualTo(theirConfig.get(entry.getKey()).toString());
    }
  }

  private static void checkLogits(Path folder, JsonNode run) throws IOException {
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = LlamaModel.load(torch, folder, LlamaOptions.inference(DType.F32))) {
      Batch batch = batch(run.get("ids"));
      float[] logits =
          model.logits(
              new TokenBlock(
                  batch.rows(),
                  batch.columns(),
                  batch.ids(),
                  batch.positions(),
                  batch.sequences()));
      int vocabulary = model.config().vocabulary();
      for (int v = 0; v < vocabulary; v++) {
        assertThat((double) logits[(batch.columns() - 1) * vocabulary + v])
            .isCloseTo(run.get("logits").get(v).asDouble(), within(2e-4));
      }
    }
  }

  private static Batch batch(JsonNode rows) {
    int columns = rows.get(0).size();
    List<Long> ids = new ArrayList<>();
    rows.forEach(row -> row.forEach(id -> ids.add(id.asLong())));
    long[] all = ids.stream().mapToLong(Long::longValue).toArray();
    long[] positions = new long[all.length];
    Arrays.setAll(positions, i -> i % columns);
    return new Batch(rows.size(), columns, all, all, positions, new long[all.length]);
  }
}
