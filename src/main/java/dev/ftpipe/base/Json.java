package dev.ftpipe.base;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The one JSON mapper. Record components map to {@code snake_case} names; a missing, null or
 * unknown property and a value of another type are errors, never a silent default.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      // Bytes are UTF-8: what a damaged file begins with is not taken for another encoding, which
      // would be an error of reading, not of JSON.
      JsonMapper.builder(
              JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build())
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  private Json() {}

  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** What is wrong with a text that is no JSON, without what only a programmer could change. */
  public static String problem(JsonProcessingException e) {
    return e.getOriginalMessage().replaceAll(": enable `[^`]*` to allow|, from `[^`]*`", "");
  }

  /** One line of JSON with the keys of every object sorted: equal values give equal text. */
  public static String canonical(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = MAPPER.getFactory().createGenerator(text)) {
      write(generator, value instanceof JsonNode tree ? tree : MAPPER.valueToTree(value), true);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not representable as JSON: " + value.getClass(), e);
    }
    return text.toString();
  }

  /** Writes the tree as it is, the keys of every object in its own order. */
  public static void write(JsonGenerator generator, JsonNode tree) throws IOException {
    write(generator, tree, false);
  }

  // Not the mapper: what it looks up for a value costs more than writing a small document.
  private static void write(JsonGenerator generator, JsonNode node, boolean sorted)
      throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        generator.writeStartObject();
        for (String name : names(node, sorted)) {
          generator.writeFieldName(name);
          write(generator, node.get(name), sorted);
        }
        generator.writeEndObject();
      }
      case ARRAY -> {
        generator.writeStartArray();
        for (JsonNode each : node) {
          write(generator, each, sorted);
        }
        generator.writeEndArray();
      }
      case STRING -> generator.writeString(node.textValue());
      case BOOLEAN -> generator.writeBoolean(node.booleanValue());
      case NULL -> generator.writeNull();
      case NUMBER -> writeNumber(generator, node);
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("no JSON value: " + node.getNodeType());
    }
  }

  private static Iterable<String> names(JsonNode object, boolean sorted) {
    if (!sorted) {
      return object::fieldNames;
    }
    List<String> names = new ArrayList<>(object.size());
    object.fieldNames().forEachRemaining(names::add);
    names.sort(null);
    return names;
  }

  private static void writeNumber(JsonGenerator generator, JsonNode number) throws IOException {
    switch (number.numberType()) {
      case INT -> generator.writeNumber(number.intValue());
      case LONG -> generator.writeNumber(number.longValue());
      case BIG_INTEGER -> generator.writeNumber(number.bigIntegerValue());
      case FLOAT -> generator.writeNumber(number.floatValue());
      case DOUBLE -> generator.writeNumber(number.doubleValue());
      case BIG_DECIMAL -> generator.writeNumber(number.decimalValue());
    }
  }
}
