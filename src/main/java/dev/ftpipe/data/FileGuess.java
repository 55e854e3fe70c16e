package dev.ftpipe.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Says what a file that is not what it should be looks like, from its first bytes. */
final class FileGuess {
  private FileGuess() {}

  /** A clause such as {@code it looks like gzip; unpack it}. */
  static String of(ByteBuffer head) {
    return known(head).orElseGet(() -> text(head));
  }

  /** The clause for content that is surely something else than records; else empty. */
  static Optional<String> known(ByteBuffer head) {
    String text = latin1(head);
    if (text.startsWith("\u001f\u008b")) {
      return Optional.of("it looks like gzip; unpack it");
    }
    if (text.startsWith("(\u00b5/\u00fd")) {
      return Optional.of("it looks like zstd; unpack it");
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return Optional.of("it looks like a zip archive; unpack it");
    }
    if (text.startsWith("PAR1")) {
      return Optional.of("it looks like parquet");
    }
    if (text.startsWith("version https://git-lfs")) {
      return Optional.of("it is a Git LFS pointer; fetch the data itself with 'git lfs pull'");
    }
    if (text.startsWith("\u00ff\u00fe") || text.startsWith("\u00fe\u00ff")) {
      return Optional.of("it looks like UTF-16 text; save it as UTF-8");
    }
    return Optional.empty();
  }

  private static String text(ByteBuffer head) {
    String text = latin1(head);
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
        text.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\n' || c == '\r' || c == '\t');
    return printable ? "it looks like plain text" : "unknown content";
  }

  private static String latin1(ByteBuffer head) {
    return StandardCharsets.ISO_8859_1.decode(head.duplicate().position(0)).toString();
  }
}
