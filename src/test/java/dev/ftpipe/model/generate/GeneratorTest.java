package dev.ftpipe.model.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.adapter.Adapter;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.llama.WeightFormat;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GeneratorTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  /** Below it two right programs may choose differently. */
  private static final double CLEAR_GAP = 1e-3;

  private static final Set<Long> END = Set.of(2L);

  @BeforeEach
  void fixturesAreThere() {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no reference numbers at " + FIXTURES);
  }

  private static LlamaModel model(Torch torch, JsonNode about) throws Exception {
    WeightFormat weights =
        switch (about.get("nf4").asText("null")) {
          case "single" -> WeightFormat.nf4(DType.F32, new Nf4Format(64, false));
          case "double" -> WeightFormat.nf4(DType.F32, new Nf4Format(64, true));
          default -> WeightFormat.plain(DType.F32);
        };
    LlamaModel model =
        LlamaModel.load(
            torch,
            FIXTURES.resolve(about.get("base").asText()),
            new LlamaOptions(weights, DType.F32, false, 0));
    if (!about.get("adapter").isNull()) {
      Path folder = FIXTURES.resolve("trajectories/" + about.get("adapter").asText());
      try (Adapter adapter = Adapter.open(folder, folder.toString())) {
        for (String module : adapter.modules()) {
          var lora = adapter.weights(module);
          double scale = adapter.config().scale(module);
          model.addAdapter(module, lora.rank(), lora.a(), lora.b(), scale);
        }
      }
    }
    return model;
  }

  private static long[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  private static List<long[]> prompts(JsonNode about) {
    return StreamSupport.stream(about.get("runs").spliterator(), false)
        .map(run -> numbers(run.get("prompt_ids")))
        .toList();
  }

  private static JsonNode about(String name) throws Exception {
    JsonNode all = Json.mapper().readTree(FIXTURES.resolve("generation.json").toFile());
    assertThat(all.has(name)).isTrue();
    return all.get(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "lora_f32", "qlora_nf4_double", "qlora_completion_only"})
  void generate_greedily_givesTheIdsOfTransformers(String name) throws Exception {
    JsonNode about = about(name);
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = model(torch, about)) {
      var options = SamplingOptions.greedy(about.get("max_new_tokens").asInt());
      List<long[]> answers =
          new Generator(model, END, 3).generate(prompts(about), options, (done, of) -> {});
      int clear = 0;
      for (int i = 0; i < answers.size(); i++) {
        JsonNode run = about.get("runs").get(i);
        if (run.get("smallest_top2_gap").asDouble() > CLEAR_GAP) {
          clear++;
          assertThat(answers.get(i)).as(run.get("prompt").asText()).containsExactly(untilEnd(run));
        }
      }
      assertThat(clear).isGreaterThanOrEqualTo(3);
    }
  }

  private static long[] untilEnd(JsonNode run) {
    return Arrays.stream(numbers(run.get("new_ids"))).takeWhile(id -> id != 2).toArray();
  }

  @Test
  void generate_sampled_dependsOnTheSeedAndNotOnTheNeighbours() throws Exception {
    JsonNode about = about("base");
    List<long[]> prompts = prompts(about);
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = model(torch, about)) {
      List<long[]> together = sampled(model, prompts, 4, 1);
      List<long[]> apart = sampled(model, prompts, 1, 1);
      List<long[]> otherSeed = sampled(model, prompts, 4, 2);
      assertThat(together).usingRecursiveComparison().isEqualTo(apart);
      assertThat(together.get(0)).isNotEqualTo(otherSeed.get(0));
      assertThat(together.get(0)).hasSize(12);
    }
  }

  private static List<long[]> sampled(LlamaModel model, List<long[]> prompts, int batch, long seed)
      throws Exception {
    var options = new SamplingOptions(12, 0.8, OptionalInt.of(50), 0.95, seed);
    return new Generator(model, Set.of(), batch).generate(prompts, options, (done, of) -> {});
  }

  @Test
  void generate_stopsAtEveryEndToken() throws Exception {
    JsonNode about = about("base");
    JsonNode run = about.get("runs").get(0);
    long[] expected = numbers(run.get("new_ids"));
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = model(torch, about)) {
      List<Integer> finished = new ArrayList<>();
      List<long[]> answers =
          new Generator(model, Set.of(767L, expected[5]), 8)
              .generate(
                  prompts(about).subList(0, 1),
                  SamplingOptions.greedy(24),
                  (done, of) -> finished.add(done));
      assertThat(answers.get(0)).containsExactly(Arrays.copyOf(expected, 5));
      assertThat(finished).containsExactly(0, 0, 0, 0, 0, 1);
    }
  }
}
