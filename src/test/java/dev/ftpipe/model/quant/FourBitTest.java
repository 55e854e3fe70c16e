package dev.ftpipe.model.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** FP4 and other block sizes, against bitsandbytes; see make_fourbit.py. */
final class FourBitTest {
  private static final Path NUMBERS = Path.of("src/test/resources/fourbit/fourbit.safetensors");

  @Test
  void quantize_everyCase_givesTheBytesOfBitsandbytes() throws Exception {
    try (Torch torch = Torch.open("cpu");
        TensorCodec codec = new TensorCodec(torch);
        Nf4 nf4 = new Nf4(torch);
        SafetensorsFile file = SafetensorsFile.open(NUMBERS)) {
      JsonNode cases = Json.mapper().readTree(file.metadata().get("cases"));
      assertThat(cases).hasSize(24);
      for (var entry : cases.properties()) {
        String key = entry.getKey();
        JsonNode is = entry.getValue();
        String weight = is.get("weight").asText();
        List<Long> shape = file.info(weight).shape();
        Nf4Format format =
            new Nf4Format(
                FourBitType.valueOf(is.get("quant_type").asText().toUpperCase(Locale.ROOT)),
                is.get("blocksize").asInt(),
                is.get("double").asBoolean());
        try (NDManager scope = torch.scope()) {
          NDArray values = codec.read(scope, file, weight, DType.F32);
          Map<String, NDArray> parts = nf4.quantize(scope, values, format);
          NDArray packed = Objects.requireNonNull(parts.get(Nf4.PACKED));
          assertThat(packed.toByteBuffer()).as(key).isEqualTo(file.bytes(key + ".packed"));
          assertThat(nf4.absmax(scope, parts).toFloatArray())
              .as(key)
              .containsExactly(file.floats(key + ".absmax"), within(1e-8f));
          assertThat(
                  nf4.dequantize(scope, parts, shape.get(0), shape.get(1), format).toFloatArray())
              .as(key)
              .containsExactly(file.floats(key + ".values"), within(1e-8f));
        }
      }
    }
  }

  /** Its last, short block never has an absmax of 0, which double quantization sees. */
  @Test
  void quantize_blocksOfZerosAndOfNumbersWithoutAReciprocal_givesWhatBitsandbytesGives() {
    float[] values = new float[70];
    Arrays.fill(values, 32, 64, 1e-40f);
    try (Torch torch = Torch.open("cpu");
        Nf4 nf4 = new Nf4(torch);
        NDManager scope = torch.scope()) {
      NDArray weight = scope.create(values, new Shape(1, 70));
      Map<String, NDArray> parts = nf4.quantize(scope, weight, new Nf4Format(32, false));
      assertThat(Objects.requireNonNull(parts.get(Nf4.PACKED)).toByteArray()).containsOnly(0x77);
      assertThat(Objects.requireNonNull(parts.get(Nf4.ABSMAX)).toFloatArray())
          .containsExactly(0f, 1e-40f, 1e-38f);
    }
  }
}
