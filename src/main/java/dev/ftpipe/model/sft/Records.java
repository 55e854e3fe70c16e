package dev.ftpipe.model.sft;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.text.Message;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads records: JSONL in UTF-8, one object a line. Blank lines are errors like any other. */
public final class Records {
  /** Bytes of a line: a hundred times what any model reads at once. */
  private static final int MAX_LINE = 16 << 20;

  /** Characters of a wrong value that a message shows. */
  private static final int SHOWN = 80;

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
    if (Files.isDirectory(file)) {
      throw FtpipeException.pipeline(name + ": a folder; expected a file of records, JSON lines");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int line = 0;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          if (bytes.size() == MAX_LINE) {
            throw FtpipeException.pipeline(
                "%s:%d: the line is longer than %d MiB; a record is one JSON object a line, and far shorter"
                    .formatted(name, line + 1, MAX_LINE >> 20));
          }
          bytes.write(next);
          continue;
        }
        line++;
        accept(bytes, name + ":" + line, sink);
        bytes.reset();
      }
      if (bytes.size() > 0) {
        accept(bytes, name + ":" + (line + 1), sink);
      }
    }
  }

  private static void accept(ByteArrayOutputStream bytes, String where, Sink sink) {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw FtpipeException.pipeline(
          where + ": not UTF-8 text; records are JSON lines in UTF-8, not compressed", e);
    }
    sink.accept(parse(text, where), where);
  }

  private static SftRecord parse(String text, String where) {
    JsonNode json;
    try {
      json = READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw FtpipeException.pipeline(where + ": not one JSON object: " + Json.problem(e), e);
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
          where
              + ": '"
              + key
              + "' must be a text, found "
              + (value == null ? "nothing" : start(value)));
    }
    return value.textValue();
  }

  private static String start(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
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
            where + ": '" + key + "' must hold token ids, found " + start(number) + " at " + i);
      }
      numbers[i] = number.intValue();
    }
    return numbers;
  }
}
