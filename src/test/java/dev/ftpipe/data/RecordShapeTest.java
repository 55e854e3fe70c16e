package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordShapeTest {
  private static final List<String> LINES =
      List.of(
          "{\"prompt\":\"a\\n\\u00e9\\\"\\\\\\/ b\",\"completion\":\"日本語 😀\"}",
          " { \"completion\" : \"\" ,\t\"prompt\" : \"long enough to be scanned in words\" } ",
          "{\"prompt\":\"\",\"completion\":\"\\ud83d\"}");

  @Test
  void isPair_knowsThem() {
    assertThat(LINES).allMatch(RecordShapeTest::isPair);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":\"a\",\"prompt\":\"b\"}",
        "{\"prompt\":\"a\",\"completion\":\"b\"} {}",
        "{\"prompt\":\"a\",\"completion\":\"b\",\"id\":1}",
        "{\"prompt\":\"a\",\"completion\":null}",
        "{\"prompt\":\"a\\x\",\"completion\":\"b\"}",
        "{\"prompt\":\"a\\u12g4\",\"completion\":\"b\"}",
        "{\"prompt\":\"a\tb\",\"completion\":\"b\"}",
        "{\"prompt\":\"a\",\"completion\":\"b",
        "{\"prompt\":\"a\",\"completion\":\"b\"",
        "{",
        ""
      })
  void isPair_leavesOthersToTheParser(String line) {
    assertThat(isPair(line)).isFalse();
  }

  /** What is recognised is what the parser takes, whatever byte is changed. */
  @Test
  void isPair_neverTakesWhatTheParserRefuses() throws Exception {
    Random random = new Random(1);
    int recognised = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] line = LINES.get(i % LINES.size()).getBytes(StandardCharsets.UTF_8);
      for (int changes = 0; changes <= i % 3; changes++) {
        byte[] likely = {'"', '\\', '{', '}', ':', ',', 0, 'u', '\n', (byte) random.nextInt()};
        line[random.nextInt(line.length)] = likely[random.nextInt(likely.length)];
      }
      if (RecordShape.isPair(line, 0, line.length)) {
        recognised++;
        assertThat(RecordCheck.parsed(line, 0, line.length)).isEmpty();
      }
    }
    assertThat(recognised).isBetween(1000, 90_000);
  }

  private static boolean isPair(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return RecordShape.isPair(bytes, 0, bytes.length);
  }
}
