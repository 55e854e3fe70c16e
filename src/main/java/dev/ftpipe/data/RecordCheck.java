package dev.ftpipe.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks whether a line is a record: {@code prompt} and {@code completion}, or {@code messages}, or
 * {@code input_ids} and perhaps {@code labels}. Further keys are let pass. Not thread-safe.
 */
final class RecordCheck {
  private static final String EXPECTED =
      "expected an object with the texts prompt and completion, with messages, or with input_ids";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /** What a line is not, found while reading it. */
  private static final class NotARecord extends Exception {
    private static final long serialVersionUID = 1;

    NotARecord(String message) {
      super(message);
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  /** What is wrong with a line, in words; empty when it is a record. */
  String problem(byte[] bytes, int offset, int length) throws IOException {
    return RecordShape.isPair(bytes, offset, length) ? "" : parsed(bytes, offset, length);
  }

  /** The same by a parser. */
  static String parsed(byte[] bytes, int offset, int length) throws IOException {
    int bad = Utf8.firstBad(bytes, offset, offset + length);
    if (bad >= 0) {
      return "not UTF-8 at byte " + (bad - offset) + " of the line";
    }
    int first = offset;
    while (first < offset + length && (bytes[first] == ' ' || bytes[first] == '\t')) {
      first++;
    }
    if (first == offset + length) {
      return "an empty line; " + EXPECTED + "; remove the line";
    }
    // The parser would take a line that begins so for UTF-16 or skip a byte order mark.
    if (bytes[first] != '{' || (first + 1 < offset + length && bytes[first + 1] == 0)) {
      return "not a JSON object; " + EXPECTED;
    }
    try (JsonParser json = JSON.createParser(bytes, first, offset + length - first)) {
      record(json);
      return "";
    } catch (JsonProcessingException e) {
      return "broken JSON at byte "
          + (first - offset + Math.max(0, e.getLocation().getByteOffset()))
          + " of the line; expected one whole object a line";
    } catch (NotARecord e) {
      return e.problem();
    }
  }

  private static void record(JsonParser json) throws IOException, NotARecord {
    List<String> keys = new ArrayList<>();
    int inputIds = -1;
    int labels = -1;
    json.nextToken();
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      if (keys.contains(key)) {
        throw new NotARecord("key '" + key + "' twice");
      }
      keys.add(key);
      json.nextToken();
      switch (key) {
        case "prompt", "completion" -> text(json, key);
        case "messages" -> messages(json);
        case "input_ids" -> inputIds = integers(json, key);
        case "labels" -> labels = integers(json, key);
        default -> json.skipChildren();
      }
    }
    if (json.nextToken() != null) {
      throw new NotARecord("more than one JSON value on the line; expected one object a line");
    }
    if (labels >= 0 && labels != inputIds) {
      throw new NotARecord(
          labels + " labels for " + Math.max(0, inputIds) + " input_ids; expected one for each");
    }
    complete(keys);
  }

  private static void complete(List<String> keys) throws NotARecord {
    boolean prompt = keys.contains("prompt");
    boolean completion = keys.contains("completion");
    if (keys.contains("messages") || keys.contains("input_ids") || (prompt && completion)) {
      return;
    }
    if (prompt || completion) {
      throw new NotARecord("no '" + (prompt ? "completion" : "prompt") + "'; " + EXPECTED);
    }
    throw new NotARecord(EXPECTED + "; found the keys " + keys);
  }

  private static void text(JsonParser json, String key) throws NotARecord {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new NotARecord("'" + key + "' is " + found(json) + "; expected a text");
    }
  }

  private static void messages(JsonParser json) throws IOException, NotARecord {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new NotARecord("'messages' is " + found(json) + "; expected a list of messages");
    }
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      message(json, count++);
    }
    if (count == 0) {
      throw new NotARecord("'messages' is empty; expected at least one message");
    }
  }

  private static void message(JsonParser json, int index) throws IOException, NotARecord {
    String place = "messages[" + index + "]";
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new NotARecord(place + " is " + found(json) + "; expected {role, content}");
    }
    List<String> keys = new ArrayList<>();
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      keys.add(key);
      json.nextToken();
      if (key.equals("role") || key.equals("content")) {
        text(json, place + "." + key);
      } else {
        json.skipChildren();
      }
    }
    for (String needed : List.of("role", "content")) {
      if (!keys.contains(needed)) {
        throw new NotARecord(place + " has no '" + needed + "'; expected {role, content}");
      }
    }
  }

  /** Goes through a list of integers and returns how many there are. */
  private static int integers(JsonParser json, String key) throws IOException, NotARecord {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new NotARecord("'" + key + "' is " + found(json) + "; expected a list of integers");
    }
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new NotARecord(key + "[" + count + "] is " + found(json) + "; expected an integer");
      }
      json.getIntValue();
      count++;
    }
    return count;
  }

  private static String found(JsonParser json) {
    JsonToken token = json.currentToken();
    if (token == null) {
      return "missing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      default -> "missing";
    };
  }
}
