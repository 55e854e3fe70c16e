package dev.ftpipe.model.llama;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The backward that is written out against the engine's own, on every kind of model: the latter is
 * taken where a norm is trained beside the adapters.
 */
final class HandWrittenBackwardTest {
  private static final Path MODELS = Path.of("src/test/resources/architectures");

  /** More than one block of queries of the attention's backward. */
  private static final int COLUMNS = 150;

  private static final int ROWS = 2;

  /** What is padding at the end of the first row. */
  private static final int PADDING = 7;

  static Stream<String> models() throws IOException {
    try (Stream<Path> folders = Files.list(MODELS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradients_ofAdaptersOnEveryLayer_equalAutograds(String name) throws IOException {
    for (boolean padded : new boolean[] {false, true}) {
      for (boolean checkpointing : new boolean[] {true, false}) {
        Setting setting = new Setting(name, DType.F32, checkpointing, padded);
        Map<String, float[]> exact = gradients(setting, true);
        distances(gradients(setting, false), exact)
            .forEach((weight, off) -> assertThat(off).as(setting + weight).isLessThan(2e-5));
        // rounded to bfloat16 both are off, by hand by up to 1.64 times as much: on short rows
        // autograd's attention is in float32
        Setting rounded = new Setting(name, DType.BF16, checkpointing, padded);
        Map<String, Double> autograd = distances(gradients(rounded, true), exact);
        distances(gradients(rounded, false), exact)
            .forEach(
                (weight, off) ->
                    assertThat(off)
                        .as(rounded + weight)
                        .isLessThan(0.01 + 2 * requireNonNull(autograd.get(weight))));
      }
    }
  }

  private record Setting(String model, DType compute, boolean checkpointing, boolean padded) {}

  /** How far every gradient is from another, in parts of its size. */
  private static Map<String, Double> distances(
      Map<String, float[]> found, Map<String, float[]> wanted) {
    assertThat(found).hasSameSizeAs(wanted).isNotEmpty();
    Map<String, Double> distances = new LinkedHashMap<>();
    found.forEach(
        (weight, values) -> {
          float[] others = requireNonNull(wanted.get(weight));
          double off = 0;
          double size = 0;
          for (int i = 0; i < values.length; i++) {
            off += Math.pow(values[i] - (double) others[i], 2);
            size += Math.pow(others[i], 2);
          }
          assertThat(size).as(weight).isPositive();
          distances.put(weight, Math.sqrt(off / size));
        });
    return distances;
  }

  private static Map<String, float[]> gradients(Setting setting, boolean normToo)
      throws IOException {
    WeightFormat format =
        setting.padded()
            ? WeightFormat.plain(setting.compute())
            : WeightFormat.nf4(setting.compute(), new Nf4Format(64, true));
    LlamaOptions options = new LlamaOptions(format, setting.compute(), setting.checkpointing(), 0);
    Random random = new Random(5);
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = LlamaModel.load(torch, MODELS.resolve(setting.model()), options);
        NDManager scope = torch.scope()) {
      Map<String, float[]> gradients = new LinkedHashMap<>();
      int rank = 2;
      for (Map.Entry<String, List<Long>> each : model.config().linearModules().entrySet()) {
        if (each.getKey().startsWith("lm_head")) {
          continue;
        }
        // ranks that differ, and layers without an adapter between those that have one
        rank = rank % 5 + 1;
        if (rank == 3) {
          continue;
        }
        int outputs = each.getValue().get(0).intValue();
        int inputs = each.getValue().get(1).intValue();
        model.addAdapter(
            each.getKey(),
            rank,
            normal(random, rank * inputs),
            normal(random, outputs * rank),
            1.5);
        for (String part : List.of(".lora_A.weight", ".lora_B.weight")) {
          model.train(each.getKey() + part);
          gradients.put(each.getKey() + part, new float[0]);
        }
      }
      if (normToo) {
        try (TensorCodec codec = new TensorCodec(torch)) {
          NDArray norm = model.weight("model.norm.weight");
          model.set("model.norm.weight", codec.convert(scope, norm, DType.F32));
        }
        model.train("model.norm.weight");
      }
      TokenBlock tokens = tokens(random, model.config().vocabulary(), setting.padded());
      model.step(scope, tokens, labels(tokens), 0.01, 0).toFloatArray();
      for (String weight : List.copyOf(gradients.keySet())) {
        try (NDArray gradient = model.weight(weight).getGradient()) {
          gradients.put(weight, gradient.toFloatArray());
        }
      }
      return gradients;
    }
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.1 * random.nextGaussian());
    }
    return values;
  }

  private static TokenBlock tokens(Random random, int vocabulary, boolean padded) {
    long[] ids = random.longs(ROWS * COLUMNS, 0, vocabulary).toArray();
    long[] positions = new long[ids.length];
    Arrays.setAll(positions, i -> i % COLUMNS);
    long[] sequences = new long[ids.length];
    if (padded) {
      Arrays.fill(sequences, COLUMNS - PADDING, COLUMNS, -1);
      // and the second row is two sequences
      Arrays.fill(sequences, COLUMNS + COLUMNS / 2, 2 * COLUMNS, 1);
    }
    return new TokenBlock(ROWS, COLUMNS, ids, positions, sequences);
  }

  private static long[] labels(TokenBlock tokens) {
    long[] labels = tokens.ids().clone();
    for (int i = 0; i < labels.length; i++) {
      if (tokens.sequences()[i] < 0 || i % 3 == 0) {
        labels[i] = -100;
      }
    }
    return labels;
  }
}
