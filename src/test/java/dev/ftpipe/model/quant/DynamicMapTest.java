package dev.ftpipe.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.tensor.SafetensorsFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DynamicMapTest {
  @Test
  void signed_equalsTheTableOfBitsandbytes() throws Exception {
    Path file = Fixtures.qlora("nf4.safetensors");
    try (SafetensorsFile fixture = SafetensorsFile.open(file)) {
      assertThat(DynamicMap.signed()).isEqualTo(fixture.floats("nested_code"));
    }
  }

  @Test
  void unsigned_equalsTheTableOfBitsandbytes() throws Exception {
    Path file = Fixtures.qlora("optimizers.safetensors");
    try (SafetensorsFile fixture = SafetensorsFile.open(file)) {
      assertThat(DynamicMap.unsigned()).isEqualTo(fixture.floats("adamw8bit.state.qmap2"));
    }
  }
}
