package dev.ftpipe.model.merge;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.llama.TokenBlock;
import dev.ftpipe.model.quant.Nf4;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.tensor.ShardedWriter;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSpec;
import dev.ftpipe.model.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A merged model says what PEFT's merged model says. */
final class MergedLogitsTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");
  private static final float TOLERANCE = 5e-5f;

  @TempDir private Path folder;

  @BeforeEach
  void fixturesAreThere() {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no reference numbers at " + FIXTURES);
  }

  private void check(String name, Path base) throws Exception {
    Path output = folder.resolve("merged");
    new Merger(Optional.empty(), 5_000_000)
        .merge(base, FIXTURES.resolve("trajectories/" + name), name, output, (done, of) -> {});
    Path numbers = FIXTURES.resolve("merged/" + name + "/logits.safetensors");
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = LlamaModel.load(torch, output, LlamaOptions.inference(DType.F32));
        SafetensorsFile expected = SafetensorsFile.open(numbers)) {
      TokenBlock tokens = tokens(expected);
      float[] ours = model.logits(tokens);
      float[] theirs = expected.floats("merged.logits");
      assertThat(ours).hasSameSizeAs(theirs);
      int vocabulary = theirs.length / tokens.ids().length;
      for (int i = 0; i < ours.length; i++) {
        if (tokens.sequences()[i / vocabulary] >= 0) {
          assertThat(Math.abs(ours[i] - theirs[i])).as("logit %s", i).isLessThan(TOLERANCE);
        }
      }
    }
  }

  private static TokenBlock tokens(SafetensorsFile file) {
    TensorInfo info = file.info("input_ids");
    long[] mask = longs(file, "attention_mask");
    int columns = (int) info.dim(1);
    long[] positions = new long[mask.length];
    long[] sequences = new long[mask.length];
    for (int i = 0; i < mask.length; i++) {
      positions[i] = i % columns;
      sequences[i] = mask[i] - 1;
    }
    return new TokenBlock(
        (int) info.dim(0), columns, longs(file, "input_ids"), positions, sequences);
  }

  private static long[] longs(SafetensorsFile file, String name) {
    ByteBuffer bytes = file.bytes(name).order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"lora_f32", "lora_rslora", "lora_patterns", "lora_dora"})
  void merge_ontoTheBase(String name) throws Exception {
    check(name, FIXTURES.resolve("tiny-llama"));
  }

  @ParameterizedTest
  @CsvSource({
    "qlora_nf4, tiny-llama, false",
    "qlora_nf4_double, tiny-llama, true",
    "qlora_dora, tiny-llama, true"
  })
  void merge_ontoTheDequantizedBase(String name, String base, boolean doubleQuantization)
      throws Exception {
    Path dequantized = folder.resolve("dequantized");
    dequantize(FIXTURES.resolve(base), dequantized, new Nf4Format(64, doubleQuantization));
    check(name, dequantized);
  }

  /** The base as the adapter saw it: its linear layers through NF4, all in float32. */
  private static void dequantize(Path base, Path to, Nf4Format format) throws Exception {
    ModelFiles.copy(base, to, Optional.of(DType.F32));
    try (Torch torch = Torch.open("cpu");
        NDManager scope = torch.scope();
        Nf4 nf4 = new Nf4(torch);
        ModelTensors tensors = ModelTensors.open(base)) {
      List<TensorSpec> specs =
          tensors.names().stream()
              .map(name -> new TensorSpec(name, DType.F32, tensors.info(name).shape()))
              .toList();
      try (ShardedWriter writer = ShardedWriter.create(to, specs, 5_000_000)) {
        for (TensorSpec spec : specs) {
          float[] values = tensors.floats(spec.name());
          if (spec.name().endsWith("_proj.weight")) {
            long rows = spec.shape().get(0);
            long columns = spec.shape().get(1);
            NDArray weight = scope.create(values, new Shape(rows, columns));
            var parts = nf4.quantize(scope, weight, format);
            values = nf4.dequantize(scope, parts, rows, columns, format).toFloatArray();
            // bitsandbytes gives a weight back in the type that it was quantized from.
            DType stored = tensors.info(spec.name()).dtype();
            values = Floats.toFloats(Floats.fromFloats(values, stored), stored);
          }
          writer.write(spec.name(), Floats.fromFloats(values, DType.F32));
        }
      }
    }
  }

  @Test
  void dequantized_isNotTheBase() throws Exception {
    Path dequantized = folder.resolve("dequantized");
    Path base = FIXTURES.resolve("tiny-llama");
    dequantize(base, dequantized, new Nf4Format(64, false));
    String name = "model.layers.0.mlp.up_proj.weight";
    try (ModelTensors before = ModelTensors.open(base);
        ModelTensors after = ModelTensors.open(dequantized)) {
      assertThat(after.floats(name)).isNotEqualTo(before.floats(name));
    }
  }
}
