package dev.ftpipe.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class JsonTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Zeros among the first bytes are what other encodings of Unicode look like. */
  @Test
  void readTree_whateverTheFirstBytesAre_isJsonOrAnErrorOfJson() {
    byte[] bytes = utf8("{\"a\": 1}");
    for (int zeros = 0; zeros < 16; zeros++) {
      for (int first = 0; first < 256; first++) {
        byte[] damaged = bytes.clone();
        damaged[0] = (byte) first;
        for (int i = 0; i < 4; i++) {
          if ((zeros >> i & 1) == 1) {
            damaged[i] = 0;
          }
        }
        try {
          Json.mapper().readTree(damaged);
        } catch (JsonProcessingException e) {
          assertThat(e.getLocation()).isNotNull();
        } catch (IOException e) {
          fail("first byte " + first + ", zeros " + zeros, e);
        }
      }
    }
  }

  @Test
  void readTree_ofUtf16_isAnErrorOfJson() {
    assertThatThrownBy(
            () -> Json.mapper().readTree("{\"a\": 1}".getBytes(StandardCharsets.UTF_16LE)))
        .isInstanceOf(JsonProcessingException.class);
  }
}
