package dev.ftpipe.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DequantizerTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q8_0", "Q4_K", "Q6_K"})
  void dequantize_blocks_givesTheReferencesValues(GgmlType type) throws IOException {
    try (var blocks = SafetensorsFile.open(Path.of("src/test/resources/gguf/blocks.safetensors"))) {
      float[] expected = blocks.floats(type + ".values");
      float[] values = new float[expected.length];
      Dequantizer.dequantize(type, blocks.bytes(type + ".raw"), values);
      assertThat(values).containsExactly(expected);
    }
  }

  @Test
  void dequantize_rowsOfARealModel_givesTheReferencesValues() throws IOException {
    Path rows = FIXTURES.resolve("smollm2-rows.safetensors");
    Assumptions.assumeTrue(Files.exists(rows), "no fixture " + rows);
    try (var file = SafetensorsFile.open(rows)) {
      for (String name : file.names()) {
        if (name.endsWith(".raw")) {
          String tensor = name.replace(".raw", "");
          float[] expected = file.floats(tensor + ".values");
          ByteBuffer raw = file.bytes(name);
          float[] values = new float[expected.length];
          Dequantizer.dequantize(typeOf(raw.remaining(), expected.length), raw, values);
          assertThat(values).as(tensor).containsExactly(expected);
        }
      }
    }
  }

  /** The types of that file differ in bytes per element. */
  private static GgmlType typeOf(int bytes, int elements) {
    for (GgmlType type : new GgmlType[] {GgmlType.F32, GgmlType.Q4_1, GgmlType.Q8_0}) {
      if ((long) elements * type.blockBytes() == (long) bytes * type.blockElements()) {
        return type;
      }
    }
    throw new IllegalArgumentException(bytes + " bytes for " + elements + " elements");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q8_0", "Q4_0"})
  void rows_ofAFile_giveTheReferencesValues(String type) throws IOException {
    Path folder = FIXTURES.resolve("gguf");
    Assumptions.assumeTrue(Files.exists(folder), "no fixtures in " + folder);
    try (var expected =
            SafetensorsFile.open(folder.resolve("dequantized-" + type + ".safetensors"));
        GgufFile file = GgufFile.open(folder.resolve("tiny-llama-" + type + ".gguf"))) {
      assertThat(expected.names()).hasSize(10);
      for (String name : expected.names()) {
        GgufTensor tensor = file.find(name).orElseThrow();
        assertThat(tensor.shape()).isEqualTo(expected.info(name).shape());
        assertThat(file.rows(tensor, 0, (int) tensor.rows()))
            .as(name)
            .containsExactly(expected.floats(name));
      }
    }
  }
}
