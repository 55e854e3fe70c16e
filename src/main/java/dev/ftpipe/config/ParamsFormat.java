package dev.ftpipe.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.ftpipe.base.Location;
import java.io.IOException;
import java.util.Optional;

/** The languages that params are written in, by the end of the file's name as in DVC. */
public enum ParamsFormat {
  YAML,
  JSON,
  TOML,
  PYTHON;

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNestingDepth(YamlTree.DEEPEST).build();

  /** The language of a file of this name. */
  public static ParamsFormat of(String path) {
    if (path.endsWith(".json")) {
      return JSON;
    }
    return path.endsWith(".toml") ? TOML : path.endsWith(".py") ? PYTHON : YAML;
  }

  /** The value that a text is; empty after adding what is wrong with it to {@code problems}. */
  public Optional<Located> parse(String text, String shownAs, Problems problems) {
    return switch (this) {
      case YAML -> Yaml.parse(text, shownAs, problems);
      case JSON -> located(Json.MAPPER, "JSON", text, shownAs, problems);
      case TOML -> located(Toml.MAPPER, "TOML", text, shownAs, problems);
      case PYTHON -> PythonParams.parse(text, shownAs, problems);
    };
  }

  /** A table as TOML; empty when it holds what TOML cannot say. */
  static Optional<String> toml(JsonNode table) {
    try {
      return Optional.of(Toml.MAPPER.writeValueAsString(table));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Where the values of a valid text stand. */
  Span spans(String text) {
    return switch (this) {
      case YAML -> YamlSpans.of(text);
      case TOML -> TomlSpans.of(text);
      case JSON, PYTHON -> json(text);
    };
  }

  private static Span json(String text) {
    try (JsonParser parser = Json.MAPPER.getFactory().createParser(text)) {
      return JsonSpans.of(text, parser);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }

  private Optional<Located> located(
      com.fasterxml.jackson.databind.ObjectMapper mapper,
      String language,
      String text,
      String shownAs,
      Problems problems) {
    try {
      JsonNode node = mapper.readTree(text);
      if (node.isMissingNode()) {
        problems.add(
            new Location(shownAs, 1, 1), "the file is empty; " + language + " is expected");
        return Optional.empty();
      }
      Place place = SpanPlaces.of(spans(text), text, shownAs);
      return Optional.of(new Located(node, place));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      problems.add(
          at == null
              ? new Location(shownAs, 1, 1)
              : new Location(shownAs, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr())),
          "not " + language + ": " + e.getOriginalMessage());
      return Optional.empty();
    }
  }

  /** Loaded for the first JSON file. */
  private static final class Json {
    static final JsonMapper MAPPER =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(LIMITS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /** Loaded for the first TOML file. */
  private static final class Toml {
    static final TomlMapper MAPPER =
        TomlMapper.builder(TomlFactory.builder().streamReadConstraints(LIMITS).build()).build();
  }
}
