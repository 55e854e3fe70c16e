package dev.ftpipe.data;

/**
 * Recognises the most common line, an object of the texts {@code prompt} and {@code completion} and
 * nothing else, without a parser: most lines are that, and a parser takes five times as long.
 */
final class RecordShape {
  private static final byte[] PROMPT = {'p', 'r', 'o', 'm', 'p', 't', '"'};
  private static final byte[] COMPLETION = {'c', 'o', 'm', 'p', 'l', 'e', 't', 'i', 'o', 'n', '"'};

  private final byte[] bytes;
  private final int to;
  private int at;

  private RecordShape(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  /** Whether the line is surely such a record, in UTF-8; another line may still be a record. */
  static boolean isPair(byte[] bytes, int offset, int length) {
    return new RecordShape(bytes, offset, offset + length).pair();
  }

  private boolean pair() {
    if (!is('{') || !is('"')) {
      return false;
    }
    boolean promptFirst = key(PROMPT);
    if (!promptFirst && !key(COMPLETION)) {
      return false;
    }
    return text()
        && is(',')
        && is('"')
        && key(promptFirst ? COMPLETION : PROMPT)
        && text()
        && is('}')
        && !more();
  }

  /** Takes the byte if it comes next after any spaces. */
  private boolean is(char expected) {
    if (!more() || bytes[at] != expected) {
      return false;
    }
    at++;
    return true;
  }

  private boolean more() {
    while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at < to;
  }

  /** Takes the rest of a key. */
  private boolean key(byte[] rest) {
    if (rest.length > to - at) {
      return false;
    }
    for (int i = 0; i < rest.length; i++) {
      if (bytes[at + i] != rest[i]) {
        return false;
      }
    }
    at += rest.length;
    return true;
  }

  /** Takes a colon and a string. */
  private boolean text() {
    if (!is(':') || !is('"')) {
      return false;
    }
    while (true) {
      at = ByteScan.special(bytes, at, to);
      if (at == to) {
        return false;
      }
      byte b = bytes[at];
      int length = b < 0 ? Utf8.sequence(bytes, at, to) : b == '\\' ? escape() : 0;
      if (b == '"') {
        at++;
        return true;
      }
      if (length == 0) {
        return false;
      }
      at += length;
    }
  }

  /** The length of the escape at hand; 0 when it is none. */
  private int escape() {
    if (to - at < 2) {
      return 0;
    }
    return switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
      case 'u' -> hex() ? 6 : 0;
      default -> 0;
    };
  }

  private boolean hex() {
    if (to - at < 6) {
      return false;
    }
    for (int i = 2; i < 6; i++) {
      if (Character.digit((char) (bytes[at + i] & 0xFF), 16) < 0) {
        return false;
      }
    }
    return true;
  }
}
