package dev.ftpipe.store.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A record at a remote: its JSON in one line, and the digest of that line in the next, so that a
 * damaged one is found.
 */
final class CheckedText {
  private CheckedText() {}

  static byte[] of(Object record) {
    try {
      String line = Json.mapper().writeValueAsString(record);
      return (line + "\n" + Digest.of(line).hex() + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record is JSON", e);
    }
  }

  /** Empty when the bytes are not those that were written. */
  static <T> Optional<T> parse(byte[] bytes, Class<T> type) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    if (end < 0
        || !text.substring(end + 1).equals(Digest.of(text.substring(0, end)).hex() + "\n")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readValue(text.substring(0, end), type));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
