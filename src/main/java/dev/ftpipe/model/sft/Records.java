package dev.ftpipe.model.sft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.text.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads records: JSONL in UTF-8, one object a line. Blank lines are errors like any other. */
public final class Records {
  private static final ObjectReader READER = Json.mapper().readerFor(JsonNode.class);

  /** What is done with each record. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes one record.
     *
     * @param where file and line, for messages
     */
    void accept(SftRecord record, String where);
  }

  private Records() {}

  /**
   * Reads every record in file order.
   *
   * @param name the file's name in messages
   * @throws FtpipeException with file and line for a line that is no record
   */
  public static void read(Path file, String name, Sink sink) throws IOException {
    int line = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        String where = name + ":" + line;
        sink.accept(parse(text, where), where);
      }
    } catch (CharacterCodingException e) {
      throw FtpipeException.pipeline(
          name + ": not UTF-8 text after line " + line + "; records are JSONL in UTF-8", e);
    }
  }

  private static SftRecord parse(String text, String where) {
    JsonNode json;
    try {
      json = READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw FtpipeException.pipeline(where + ": not a JSON object: " + e.getOriginalMessage(), e);
    }
    if (json.has("prompt") && json.has("completion")) {
      return new SftRecord.Conversation(
          List.of(
              new Message("user", text(json, "prompt", where)),
              new Message("assistant", text(json, "completion", where))));
    }
    if (json.path("messages").isArray()) {
      return new SftRecord.Conversation(messages(json.get("messages"), where));
    }
    if (json.path("input_ids").isArray()) {
      return tokenized(json, where);
    }
    throw FtpipeException.pipeline(
        where
            + ": expected an object with prompt and completion, with messages, or with input_ids; "
            + found(json));
  }

  private static String found(JsonNode json) {
    if (!json.isObject()) {
      return json.isMissingNode() ? "the line is empty" : "found " + json.getNodeType();
    }
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    return "found the keys " + keys;
  }

  private static String text(JsonNode json, String key, String where) {
    JsonNode value = json.get(key);
    if (value == null || !value.isTextual()) {
      throw FtpipeException.pipeline(
          where + ": '" + key + "' must be a text, found " + (value == null ? "nothing" : value));
    }
    return value.textValue();
  }

  private static List<Message> messages(JsonNode json, String where) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode each : json) {
      messages.add(new Message(text(each, "role", where), text(each, "content", where)));
    }
    if (messages.isEmpty()) {
      throw FtpipeException.pipeline(where + ": 'messages' is empty");
    }
    return List.copyOf(messages);
  }

  private static SftRecord tokenized(JsonNode json, String where) {
    long[] ids = numbers(json.get("input_ids"), "input_ids", 0, where);
    long[] labels =
        json.has("labels")
            ? numbers(json.get("labels"), "labels", Example.MASKED, where)
            : ids.clone();
    if (labels.length != ids.length) {
      throw FtpipeException.pipeline(
          where + ": " + ids.length + " input_ids but " + labels.length + " labels");
    }
    return new SftRecord.Tokenized(new Example(ids, labels));
  }

  private static long[] numbers(JsonNode list, String key, long least, String where) {
    long[] numbers = new long[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = list.get(i);
      if (!number.isIntegralNumber()
          || !number.canConvertToInt()
          || (number.intValue() < 0 && number.intValue() != least)) {
        throw FtpipeException.pipeline(
            where + ": '" + key + "' must hold token ids, found " + number + " at " + i);
      }
      numbers[i] = number.intValue();
    }
    return numbers;
  }
}
