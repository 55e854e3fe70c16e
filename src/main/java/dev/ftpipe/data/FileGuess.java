package dev.ftpipe.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Says what a file that is not what it should be looks like, from its first bytes. */
final class FileGuess {
  private FileGuess() {}

  /** A clause such as {@code it looks like gzip; unpack it}. */
  static String of(ByteBuffer head) {
    byte[] bytes = new byte[head.capacity()];
    head.duplicate().position(0).get(bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u001f\u008b")) {
      return "it looks like gzip; unpack it";
    }
    if (text.startsWith("(\u00b5/\u00fd")) {
      return "it looks like zstd; unpack it";
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return "it looks like a zip archive; unpack it";
    }
    if (text.startsWith("PAR1")) {
      return "it looks like parquet";
    }
    if (text.startsWith("version https://git-lfs")) {
      return "it is a Git LFS pointer; fetch the data itself with 'git lfs pull'";
    }
    if (text.startsWith("\u00ff\u00fe") || text.startsWith("\u00fe\u00ff")) {
      return "it looks like UTF-16 text; save it as UTF-8";
    }
    if (text.startsWith("{")) {
      return "it looks like JSON";
    }
    if (text.startsWith("[")) {
      return "it looks like a JSON array";
    }
    if (text.startsWith("<")) {
      return "it looks like a web page or XML";
    }
    boolean printable =
        text.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\n' || c == '\r' || c == '\t');
    return printable ? "it looks like plain text" : "unknown content";
  }
}
