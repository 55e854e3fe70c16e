package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PairLineTest {
  /** What CPython's {@code json.dumps(..., ensure_ascii=False, separators=(',', ':'))} writes. */
  @Test
  void of_escapesAsPythonDoes() {
    StringBuilder controls = new StringBuilder();
    for (char c = 0; c < ' '; c++) {
      controls.append(c);
    }
    String other = "\"\\/\u007f\u0080\u2028\u2029\ufeff\uffffé\ud83d\ude00";
    assertThat(new String(new PairLine().of(controls.toString(), other), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"prompt\":\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b"
                + "\\f\\r\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017"
                + "\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\","
                + "\"completion\":\"\\\"\\\\/\u007f\u0080\u2028\u2029\ufeff\uffffé\ud83d\ude00\"}");
  }
}
