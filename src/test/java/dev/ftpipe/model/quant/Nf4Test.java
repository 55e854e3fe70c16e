package dev.ftpipe.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against bytes and values of bitsandbytes. */
final class Nf4Test {

  @Test
  void quantize_everyCase_givesTheBytesOfBitsandbytes() throws Exception {
    try (Torch torch = Torch.open("cpu");
        TensorCodec codec = new TensorCodec(torch);
        Nf4 nf4 = new Nf4(torch);
        SafetensorsFile fixture = SafetensorsFile.open(Fixtures.qlora("nf4.safetensors"))) {
      List<String> weights =
          fixture.names().stream().filter(name -> name.endsWith(".weight")).toList();
      assertThat(weights).hasSize(12);
      for (String weight : weights) {
        for (boolean nested : new boolean[] {false, true}) {
          check(torch, codec, nf4, fixture, weight, nested);
        }
      }
    }
  }

  private static void check(
      Torch torch,
      TensorCodec codec,
      Nf4 nf4,
      SafetensorsFile fixture,
      String weight,
      boolean nested)
      throws IOException {
    String key = weight.replace(".weight", nested ? "_dq" : "");
    List<Long> shape = fixture.info(weight).shape();
    Nf4Format format = new Nf4Format(64, nested);
    try (NDManager scope = torch.scope()) {
      NDArray values = codec.read(scope, fixture, weight, fixture.info(weight).dtype());
      Map<String, NDArray> parts = nf4.quantize(scope, values, format);
      assertThat(bytes(parts, "packed")).as(key).isEqualTo(bytes(fixture, key + ".packed"));
      assertThat(bytes(parts, "absmax")).as(key).isEqualTo(bytes(fixture, key + ".absmax"));
      if (nested) {
        assertThat(bytes(parts, "offset")).as(key).isEqualTo(bytes(fixture, key + ".offset"));
        assertThat(bytes(parts, "nested_absmax"))
            .as(key)
            .isEqualTo(bytes(fixture, key + ".nested_absmax"));
      }
      NDArray back = nf4.dequantize(scope, parts, shape.get(0), shape.get(1), format);
      DType stored = fixture.info(key + ".dequantized").dtype();
      if (nested) {
        float[] expected = fixture.floats(key + ".dequantized");
        float[] found = back.toFloatArray();
        float unit = stored == DType.BF16 ? 0x1p-7f : 0x1p-22f;
        for (int i = 0; i < expected.length; i++) {
          assertThat(Math.abs(found[i] - expected[i]))
              .isLessThanOrEqualTo(Math.abs(expected[i]) * unit);
        }
      } else {
        assertThat(codec.encode(back, stored))
            .as(key)
            .isEqualTo(bytes(fixture, key + ".dequantized"));
      }
    }
  }

  private static ByteBuffer bytes(Map<String, NDArray> parts, String name) {
    NDArray part = parts.get(name);
    assertThat(part).isNotNull();
    return part.toByteBuffer();
  }

  private static ByteBuffer bytes(SafetensorsFile fixture, String name) {
    return fixture.bytes(name);
  }
}
