package dev.ftpipe.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Builds the lines {@code {"prompt":"…","completion":"…"}}, byte for byte as Python's {@code
 * json.dumps(ensure_ascii=False, separators=(',', ':'))}. Not thread-safe.
 */
public final class PairLine {
  /** What stands for each byte in a string; empty for a byte that stands for itself. */
  private static final byte[][] ESCAPES = new byte[128][];

  static {
    for (int c = 0; c < ESCAPES.length; c++) {
      ESCAPES[c] = c < ' ' ? ascii(String.format(Locale.ROOT, "\\u%04x", c)) : new byte[0];
    }
    ESCAPES['\n'] = ascii("\\n");
    ESCAPES['\r'] = ascii("\\r");
    ESCAPES['\t'] = ascii("\\t");
    ESCAPES['\b'] = ascii("\\b");
    ESCAPES['\f'] = ascii("\\f");
    ESCAPES['"'] = ascii("\\\"");
    ESCAPES['\\'] = ascii("\\\\");
  }

  private static final byte[] PROMPT = ascii("{\"prompt\":\"");
  private static final byte[] BREAK = ascii("\\n\\n");
  private static final byte[] COMPLETION = ascii("\",\"completion\":\"");
  private static final byte[] END = ascii("\"}");

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** The line of two texts, without its newline. */
  public byte[] of(String prompt, String completion) {
    return of(
        List.of(ByteBuffer.wrap(prompt.getBytes(StandardCharsets.UTF_8))),
        ByteBuffer.wrap(completion.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The line of texts in UTF-8, without its newline; the parts of the prompt get an empty line
   * between them.
   */
  byte[] of(List<ByteBuffer> prompt, ByteBuffer completion) {
    line.reset();
    line.writeBytes(PROMPT);
    for (int i = 0; i < prompt.size(); i++) {
      if (i > 0) {
        line.writeBytes(BREAK);
      }
      text(prompt.get(i));
    }
    line.writeBytes(COMPLETION);
    text(completion);
    line.writeBytes(END);
    return line.toByteArray();
  }

  private void text(ByteBuffer utf8) {
    byte[] bytes = new byte[utf8.remaining()];
    utf8.duplicate().get(bytes);
    int plain = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b >= 0 && ESCAPES[b].length > 0) {
        line.write(bytes, plain, i - plain);
        line.writeBytes(ESCAPES[b]);
        plain = i + 1;
      }
    }
    line.write(bytes, plain, bytes.length - plain);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
