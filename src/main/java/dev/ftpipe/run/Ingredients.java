package dev.ftpipe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that decides a stage's outputs, as one JSON document; {@link StageKey} builds it. Read from a
 * lock file it stays the text that it was until somebody asks: most stages have not changed.
 */
final class Ingredients {
  private static final String PARAMS_FILE = "params.yaml";
  private static final int SHOWN = 80;

  private final byte[] source;
  private final int start;
  private final int length;
  private final boolean isLockText;
  private @Nullable ObjectNode document;

  private Ingredients(byte[] source, int start, int length, boolean isLockText) {
    this.source = source;
    this.start = start;
    this.length = length;
    this.isLockText = isLockText;
  }

  static Ingredients of(ObjectNode document) {
    byte[] canonical = Json.canonical(document).getBytes(StandardCharsets.UTF_8);
    return new Ingredients(canonical, 0, canonical.length, false);
  }

  /**
   * A part of a JSON text.
   *
   * @param source not changed any more; in UTF-8, and known to be an object from start to end
   * @param isLockText whether the text stands in a lock file as ftpipe writes it
   */
  static Ingredients in(byte[] source, int start, int end, boolean isLockText) {
    return new Ingredients(source, start, end - start, isLockText);
  }

  /** Which ingredient; the kinds are those of {@link Change}. */
  record Name(String kind, String name) implements Comparable<Name> {
    private static final Comparator<Name> ORDER =
        Comparator.comparingInt((Name n) -> Change.KINDS.indexOf(n.kind)).thenComparing(Name::name);

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }
  }

  /** The document, the keys of its objects sorted; not to be changed. */
  synchronized ObjectNode document() {
    ObjectNode known = document;
    if (known == null) {
      try {
        known = (ObjectNode) Json.mapper().readTree(source, start, length);
      } catch (IOException e) {
        throw new IllegalStateException("own JSON is not readable", e);
      }
      document = known;
    }
    return known;
  }

  /** The document as it stands in the lock file; empty when it does not come from there. */
  Optional<String> lockText() {
    return isLockText ? Optional.of(text()) : Optional.empty();
  }

  private String text() {
    return new String(source, start, length, StandardCharsets.UTF_8);
  }

  ActionKey key() {
    return new ActionKey(Digest.of(isLockText ? Json.canonical(document()) : text()));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ingredients ingredients && ingredients.document().equals(document());
  }

  @Override
  public int hashCode() {
    return document().hashCode();
  }

  /** What is new, gone or different since {@code before}, the most telling first. */
  List<Change> changesSince(Ingredients before) {
    Map<Name, String> old = before.flat();
    Map<Name, String> now = flat();
    Set<Name> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    List<Change> changes = new ArrayList<>();
    for (Name name : names) {
      if (!Objects.equals(old.get(name), now.get(name))) {
        changes.add(new Change(name.kind(), name.name(), shown(name, old), shown(name, now)));
      }
    }
    return changes;
  }

  /** The digest of an input that was a folder; empty for any other path. */
  Optional<Digest> inputFolder(String path) {
    JsonNode content = document().path("inputs").path(path);
    String digest = content.path("digest").asText();
    // A lock file may be edited by hand: what is no digest is no folder that anybody knows.
    return content.path("kind").asText().equals(Artifact.Kind.TREE.text()) && Digest.isOne(digest)
        ? Optional.of(new Digest(digest))
        : Optional.empty();
  }

  /** Every ingredient with its whole value, one entry a leaf. */
  Map<Name, String> flat() {
    Map<Name, String> all = new TreeMap<>();
    if (document().has("uses")) {
      String version = document().path("uses").asText() + " " + document().path("version").asText();
      all.put(new Name("version", ""), version);
    }
    if (document().path("commands") instanceof ArrayNode commands) {
      for (int i = 0; i < commands.size(); i++) {
        String number = commands.size() == 1 ? "" : String.valueOf(i + 1);
        all.put(new Name("command", number), commands.get(i).asText());
      }
    }
    if (document().has("folder")) {
      all.put(new Name("command", "wdir"), document().path("folder").asText());
    }
    leaves("parameter", "", document().path("parameters"), all);
    for (var file : document().path("params").properties()) {
      String prefix = file.getKey().equals(PARAMS_FILE) ? "" : file.getKey() + ":";
      for (var param : file.getValue().properties()) {
        leaves("parameter", prefix + param.getKey(), param.getValue(), all);
      }
    }
    leaves("env", "", document().path("env"), all);
    for (var input : document().path("inputs").properties()) {
      JsonNode content = input.getValue();
      all.put(
          new Name("input", input.getKey()),
          content.path("digest").asText() + " " + content.path("kind").asText());
    }
    leaves("input", "in:", document().path("in"), all);
    leaves("output", "out:", document().path("out"), all);
    document()
        .path("outputs")
        .forEach(path -> all.put(new Name("output", path.asText()), "declared"));
    return all;
  }

  private static void leaves(String kind, String name, JsonNode value, Map<Name, String> all) {
    if (value instanceof ObjectNode group && !group.isEmpty()) {
      for (var member : group.properties()) {
        boolean top = name.isEmpty() || name.endsWith(":");
        leaves(kind, name + (top ? "" : ".") + member.getKey(), member.getValue(), all);
      }
    } else if (value instanceof ArrayNode list && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        leaves(kind, name + "[" + i + "]", list.get(i), all);
      }
    } else if (!value.isMissingNode() && !name.isEmpty()) {
      all.put(new Name(kind, name), value.isTextual() ? value.asText() : Json.canonical(value));
    }
  }

  private static String shown(Name name, Map<Name, String> values) {
    return shown(name, values.getOrDefault(name, ""));
  }

  /** The value shortened for a person. */
  static String shown(Name name, String value) {
    if (name.kind().equals("input") && value.length() > 64 && value.charAt(64) == ' ') {
      String kind = value.substring(65);
      return value.substring(0, 12) + (kind.equals("executable") ? " x" : "");
    }
    String line = value.replace("\n", "⏎");
    return line.length() <= SHOWN
        ? line
        : line.substring(0, line.offsetByCodePoints(0, SHOWN / 2))
            + "…"
            + line.substring(line.length() - SHOWN / 2 + 1);
  }
}
