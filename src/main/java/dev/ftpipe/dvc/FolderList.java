package dev.ftpipe.dvc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The list of a folder's files as DVC keeps it: a JSON text, in the order of the paths. */
final class FolderList {
  private FolderList() {}

  /**
   * Reads a list.
   *
   * @return path to MD5 sum; empty when it is none
   */
  static Optional<Map<String, String>> parse(byte[] text) throws IOException {
    JsonNode list;
    try {
      list = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    Map<String, String> files = new TreeMap<>();
    for (JsonNode file : list) {
      String path = file.path("relpath").asText();
      String md5 = file.path("md5").asText();
      if (path.isEmpty() || !DvcHash.isValid(md5) || files.put(path, md5) != null) {
        return Optional.empty();
      }
    }
    return list.isArray() ? Optional.of(files) : Optional.empty();
  }

  /**
   * Writes a list to the byte as DVC does.
   *
   * @param files path to MD5 sum, in the order of the paths' code points
   */
  static byte[] write(Map<String, String> files) {
    StringBuilder text = new StringBuilder("[");
    files.forEach(
        (path, md5) -> {
          text.append(text.length() > 1 ? ", " : "").append("{\"md5\": \"").append(md5);
          text.append("\", \"relpath\": ");
          quote(path, text);
          text.append('}');
        });
    return text.append(']').toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void quote(String path, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c >= 32 && c < 127) {
            text.append(c);
          } else {
            String hex = Integer.toHexString(c);
            text.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
          }
        }
      }
    }
    text.append('"');
  }
}
