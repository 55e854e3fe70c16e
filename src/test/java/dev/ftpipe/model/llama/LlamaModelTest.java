package dev.ftpipe.model.llama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.quant.CpuKernelBase;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against logits and losses of Transformers, PEFT and bitsandbytes. */
final class LlamaModelTest {
  private static final float TOLERANCE = 5e-5f;

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "tiny-llama, f32, right",
    "tiny-llama, f32, left",
    "tiny-llama, nf4_double, right",
    "tiny-llama, nf4_double, left",
    "tiny-llama, nf4_single, right",
    "tiny-llama-tied, f32, right",
    "tiny-llama-tied, f32, left"
  })
  void logitsAndLoss_paddedRows_equalTransformers(String name, String base, String side)
      throws IOException {
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = LlamaModel.load(torch, Fixtures.qlora(name), options(base))) {
      checkPadded(model, name, base, side);
    }
  }

  @ParameterizedTest
  @CsvSource({"nf4_double, right", "nf4_double, left", "nf4_single, right"})
  void logitsAndLoss_baseOfTheCpuKernel_equalTransformers(String base, String side)
      throws IOException {
    Path model = Fixtures.qlora("tiny-llama-tied");
    try (Torch torch = Torch.open("cpu")) {
      Path folder =
          CpuKernelBase.write(torch, model, base.equals("nf4_double"), temporary.resolve("base"));
      try (LlamaModel plain = LlamaModel.load(torch, folder, LlamaOptions.inference(DType.F32))) {
        checkPadded(plain, "tiny-llama-tied", base, side);
      }
    }
  }

  private static void checkPadded(LlamaModel model, String name, String base, String side)
      throws IOException {
    try (SafetensorsFile fixture =
        SafetensorsFile.open(Fixtures.qlora("forward-" + name + ".safetensors"))) {
      TokenBlock tokens = tokens(fixture, side);
      float[] logits = model.logits(tokens);
      float[] expected = fixture.floats(side + "." + base + ".logits");
      int vocabulary = model.config().vocabulary();
      for (int i = 0; i < tokens.ids().length; i++) {
        for (int v = 0; tokens.sequences()[i] >= 0 && v < vocabulary; v++) {
          float difference = logits[i * vocabulary + v] - expected[i * vocabulary + v];
          assertThat(Math.abs(difference)).isLessThan(TOLERANCE);
        }
      }
      // On the left the last padding position predicts the first token, from nothing that matters.
      if (side.equals("right")) {
        double loss = 0;
        for (float token : fixture.floats(side + "." + base + ".token_loss")) {
          loss += token;
        }
        assertThat(model.loss(tokens, longs(fixture, side + ".labels")) / loss)
            .isBetween(1 - 1e-6, 1 + 1e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-llama", "tiny-llama-tied"})
  void logits_pastTheOriginalContext_equalTransformers(String name) throws IOException {
    try (Torch torch = Torch.open("cpu");
        LlamaModel model =
            LlamaModel.load(torch, Fixtures.qlora(name), LlamaOptions.inference(DType.F32));
        SafetensorsFile fixture =
            SafetensorsFile.open(Fixtures.qlora("forward-long-" + name + ".safetensors"))) {
      long[] ids = longs(fixture, "input_ids");
      long[] positions = new long[ids.length];
      for (int i = 0; i < ids.length; i++) {
        positions[i] = i;
      }
      float[] logits =
          model.logits(new TokenBlock(1, ids.length, ids, positions, new long[ids.length]));
      float[] last = fixture.floats("last_logits");
      int from = logits.length - last.length;
      for (int i = 0; i < last.length; i++) {
        assertThat(Math.abs(logits[from + i] - last[i])).isLessThan(TOLERANCE);
      }
    }
  }

  @Test
  void logits_bfloat16_areNearFloat32() throws IOException {
    try (Torch torch = Torch.open("cpu");
        LlamaModel model =
            LlamaModel.load(
                torch, Fixtures.qlora("tiny-llama"), LlamaOptions.inference(DType.BF16));
        SafetensorsFile fixture =
            SafetensorsFile.open(Fixtures.qlora("forward-tiny-llama.safetensors"))) {
      TokenBlock tokens = tokens(fixture, "right");
      float[] logits = model.logits(tokens);
      float[] expected = fixture.floats("right.f32.logits");
      float worst = 0;
      for (int i = 0; i < model.config().vocabulary(); i++) {
        worst = Math.max(worst, Math.abs(logits[i] - expected[i]));
      }
      assertThat(worst).isBetween(1e-4f, 0.2f);
    }
  }

  private static LlamaOptions options(String base) {
    return switch (base) {
      case "f32" -> LlamaOptions.inference(DType.F32);
      case "nf4_single" -> nf4(false);
      case "nf4_double" -> nf4(true);
      default -> throw new IllegalArgumentException(base);
    };
  }

  private static LlamaOptions nf4(boolean nested) {
    return new LlamaOptions(
        new WeightFormat(DType.F32, Optional.of(new Nf4Format(64, nested))), DType.F32, true, 0);
  }

  private static TokenBlock tokens(SafetensorsFile fixture, String side) {
    long[] mask = longs(fixture, side + ".attention_mask");
    long[] sequences = new long[mask.length];
    for (int i = 0; i < mask.length; i++) {
      sequences[i] = mask[i] - 1;
    }
    int rows = (int) fixture.info(side + ".input_ids").dim(0);
    return new TokenBlock(
        rows,
        mask.length / rows,
        longs(fixture, side + ".input_ids"),
        longs(fixture, side + ".position_ids"),
        sequences);
  }

  static long[] longs(SafetensorsFile file, String name) {
    LongBuffer values = file.bytes(name).asLongBuffer();
    long[] result = new long[values.remaining()];
    values.get(result);
    return result;
  }
}
