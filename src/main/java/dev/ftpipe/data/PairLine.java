package dev.ftpipe.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

  private byte[] line = new byte[1 << 12];
  private int length;

  /** The line of two texts, without its newline. */
  public byte[] of(String prompt, String completion) {
    begin();
    text(prompt.getBytes(StandardCharsets.UTF_8));
    completion();
    text(completion.getBytes(StandardCharsets.UTF_8));
    end();
    return Arrays.copyOf(line, length);
  }

  /** Begins a line. A prompt's text follows, or several with {@link #gap} between. */
  void begin() {
    length = 0;
    append(PROMPT, 0, PROMPT.length);
  }

  /** An empty line between two texts. */
  void gap() {
    append(BREAK, 0, BREAK.length);
  }

  /** Goes from the prompt to the completion. */
  void completion() {
    append(COMPLETION, 0, COMPLETION.length);
  }

  /** Ends the line, which is now in {@link #bytes}. */
  void end() {
    append(END, 0, END.length);
  }

  /** The array that holds the line from its beginning, until the next one is begun. */
  byte[] bytes() {
    return line;
  }

  /** Bytes of the line, without a newline. */
  int length() {
    return length;
  }

  /**
   * Appends a text in UTF-8, escaped.
   *
   * @return the index in the text of the first byte that is not UTF-8; -1 when all are
   */
  int text(ByteBuffer utf8) {
    if (utf8.hasArray()) {
      return text(utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining());
    }
    byte[] bytes = new byte[utf8.remaining()];
    utf8.duplicate().get(bytes);
    return text(bytes);
  }

  private int text(byte[] bytes) {
    return text(bytes, 0, bytes.length);
  }

  private int text(byte[] bytes, int from, int count) {
    int to = from + count;
    int plain = from;
    int at = ByteScan.special(bytes, from, to);
    while (at < to) {
      byte b = bytes[at];
      if (b < 0) {
        int sequence = Utf8.sequence(bytes, at, to);
        if (sequence == 0) {
          return at - from;
        }
        at += sequence;
      } else {
        append(bytes, plain, at - plain);
        byte[] escape = ESCAPES[b];
        append(escape, 0, escape.length);
        plain = ++at;
      }
      at = ByteScan.special(bytes, at, to);
    }
    append(bytes, plain, to - plain);
    return -1;
  }

  private void append(byte[] bytes, int from, int count) {
    if (count > line.length - length) {
      int needed = Math.addExact(length, count);
      line =
          Arrays.copyOf(
              line, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, line.length * 2L)));
    }
    System.arraycopy(bytes, from, line, length, count);
    length += count;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
