package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.origin.Origin;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lock file and the lines of its journal, token by token: with a thousand stages they are
 * a megabyte, and every command reads them.
 */
final class LockReader {
  /** The version of the format that this program reads and writes. */
  static final int FORMAT = 1;

  private final JsonParser parser;
  private final byte[] source;
  private final boolean isLock;

  private LockReader(JsonParser parser, byte[] source, boolean isLock) {
    this.parser = parser;
    this.source = source;
    this.isLock = isLock;
  }

  /**
   * A stage's entry together with the sources that it read.
   *
   * @param entry empty when what was known of the stage holds no more
   */
  record Line(String stage, Optional<LockFile.Entry> entry, Map<String, Artifact> sources) {}

  static LockFile parse(byte[] bytes) throws IOException {
    try (JsonParser parser = Json.mapper().getFactory().createParser(bytes)) {
      return new LockReader(parser, bytes, true).lockFile();
    }
  }

  static Line parseLine(byte[] bytes) throws IOException {
    try (JsonParser parser = Json.mapper().getFactory().createParser(bytes)) {
      return new LockReader(parser, bytes, false).line();
    }
  }

  private LockFile lockFile() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw LockFile.unreadable("has no format number");
    }
    Map<String, Artifact> sources = null;
    Map<String, AddedSource> added = Map.of();
    Map<String, LockFile.Entry> stages = null;
    int format = 0;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (name.equals("format")) {
        format = format();
      } else if (name.equals("sources")) {
        sources = artifacts();
      } else if (name.equals("added")) {
        added = added();
      } else if (name.equals("stages")) {
        stages = stages();
      } else {
        throw damaged("unknown field '" + name + "'");
      }
    }
    if (format == 0) {
      throw LockFile.unreadable("has no format number");
    }
    if (sources == null || stages == null || parser.nextToken() != null) {
      throw damaged("it is not one object with sources and stages");
    }
    return new LockFile(sources, added, stages);
  }

  private int format() throws IOException {
    int found = parser.nextToken() == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 0;
    if (found > FORMAT) {
      throw FtpipeException.usage(
          LockFile.NAME
              + " has format "
              + found
              + ", written by a newer ftpipe; this one reads format "
              + FORMAT
              + ": upgrade ftpipe");
    }
    return found;
  }

  private Line line() throws IOException {
    expectObject(parser.nextToken());
    String stage = "";
    Map<String, Artifact> sources = Map.of();
    Optional<LockFile.Entry> entry = Optional.empty();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      switch (name) {
        case "stage" -> stage = text();
        case "sources" -> sources = artifacts();
        case "entry" -> entry = Optional.of(entry());
        default -> throw damaged("unknown field '" + name + "'");
      }
    }
    return new Line(stage, entry, sources);
  }

  private Map<String, LockFile.Entry> stages() throws IOException {
    expectObject(parser.nextToken());
    Map<String, LockFile.Entry> stages = new HashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      stages.put(name, entry());
    }
    return stages;
  }

  private LockFile.Entry entry() throws IOException {
    expectObject(parser.nextToken());
    @Nullable Digest key = null;
    @Nullable Ingredients ingredients = null;
    @Nullable Map<String, Artifact> outputs = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      switch (name) {
        case "key" -> key = digest();
        case "ingredients" -> ingredients = ingredients();
        case "outputs" -> outputs = artifacts();
        default -> throw damaged("unknown field '" + name + "'");
      }
    }
    if (key == null || ingredients == null || outputs == null) {
      throw damaged("a stage has key, ingredients and outputs");
    }
    return new LockFile.Entry(new ActionKey(key), ingredients, outputs);
  }

  private Ingredients ingredients() throws IOException {
    expectObject(parser.nextToken());
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int end = (int) parser.currentTokenLocation().getByteOffset() + 1;
    return Ingredients.in(source, start, end, isLock);
  }

  private Map<String, Artifact> artifacts() throws IOException {
    expectObject(parser.nextToken());
    Map<String, Artifact> artifacts = new HashMap<>();
    for (String path = parser.nextFieldName(); path != null; path = parser.nextFieldName()) {
      artifacts.put(path, artifact());
    }
    return artifacts;
  }

  private Map<String, AddedSource> added() throws IOException {
    expectObject(parser.nextToken());
    Map<String, AddedSource> added = new HashMap<>();
    for (String path = parser.nextFieldName(); path != null; path = parser.nextFieldName()) {
      Map<String, String> more = new HashMap<>();
      Artifact content = artifact(more);
      Optional<Origin> origin =
          Optional.ofNullable(more.get("from"))
              .map(url -> new Origin(url, more.getOrDefault("pin", "")));
      added.put(path, new AddedSource(content, origin));
    }
    return added;
  }

  private Artifact artifact() throws IOException {
    Map<String, String> more = new HashMap<>();
    Artifact artifact = artifact(more);
    if (!more.isEmpty()) {
      throw damaged("unknown field '" + more.keySet().iterator().next() + "'");
    }
    return artifact;
  }

  /**
   * Reads content.
   *
   * @param more takes what is known besides
   */
  private Artifact artifact(Map<String, String> more) throws IOException {
    expectObject(parser.nextToken());
    Artifact.@Nullable Kind kind = null;
    @Nullable Digest digest = null;
    long size = -1;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      switch (name) {
        case "kind" -> kind = kind();
        case "digest" -> digest = digest();
        case "size" -> {
          if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            size = parser.getLongValue();
          }
        }
        case "from", "pin" -> more.put(name, text());
        default -> throw damaged("unknown field '" + name + "'");
      }
    }
    if (kind == null || digest == null || size < 0) {
      throw damaged("content has kind, digest and size");
    }
    return new Artifact(kind, digest, size);
  }

  private Artifact.Kind kind() throws IOException {
    String text = text();
    for (Artifact.Kind each : Artifact.Kind.values()) {
      if (each.text().equals(text)) {
        return each;
      }
    }
    throw damaged("unknown kind '" + text + "'");
  }

  private Digest digest() throws IOException {
    String hex = text();
    try {
      return new Digest(hex);
    } catch (IllegalArgumentException e) {
      throw damaged("not a SHA-256 digest: " + hex);
    }
  }

  private String text() throws IOException {
    if (parser.nextToken() != JsonToken.VALUE_STRING) {
      throw damaged("not a text");
    }
    return parser.getText();
  }

  private void expectObject(@Nullable JsonToken token) throws IOException {
    if (token != JsonToken.START_OBJECT) {
      throw damaged("not an object");
    }
  }

  private JsonParseException damaged(String what) {
    return new JsonParseException(parser, what, parser.currentTokenLocation());
  }
}
