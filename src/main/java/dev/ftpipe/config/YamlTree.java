package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ftpipe.base.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Builds the tree of one document out of the parser's events. */
final class YamlTree {
  static final int DEEPEST = 100;
  // What aliases may add: "billion laughs" is a few lines that mean gigabytes.
  private static final long MOST_FROM_ALIASES = 100_000;
  private static final String MERGE = "<<";

  /** The rest of the document cannot be read. */
  static final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Location at;

    GivenUp(Location at, String message) {
      super(message);
      this.at = at;
    }

    Location at() {
      return at;
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** A value that an alias can name, how many values it comprises and how deep they are nested. */
  private record Anchored(Located value, long size, int height) {}

  private final Iterator<Event> events;
  private final String file;
  private final Problems problems;
  private final Map<Anchor, Anchored> anchors = new HashMap<>();
  private long built;
  private long fromAliases;
  private int deepest;

  YamlTree(Iterator<Event> events, String file, Problems problems) {
    this.events = events;
    this.file = file;
    this.problems = problems;
  }

  Located document() {
    events.next(); // the stream's start
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return Yaml.empty(file);
    }
    Located root = value(events.next(), 0);
    events.next(); // the document's end
    Event end = events.next();
    if (end.getEventId() != Event.ID.StreamEnd) {
      problems.add(location(end), "a second document; a configuration file holds one");
    }
    return root;
  }

  private Located value(Event event, int depth) {
    if (event instanceof AliasEvent alias) {
      return alias(alias, depth);
    }
    checkDepth(event, depth);
    long before = built + fromAliases;
    int deepestOutside = deepest;
    deepest = depth;
    built++;
    Located value =
        switch (event.getEventId()) {
          case Scalar -> scalar((ScalarEvent) event);
          case SequenceStart -> sequence((CollectionStartEvent) event, depth);
          case MappingStart -> mapping((MappingStartEvent) event, depth);
          default -> throw new GivenUp(location(event), "not YAML: a value is expected");
        };
    Anchor anchor = event instanceof NodeEvent node ? node.getAnchor().orElse(null) : null;
    if (anchor != null) {
      anchors.put(anchor, new Anchored(value, built + fromAliases - before, deepest - depth));
    }
    deepest = Math.max(deepest, deepestOutside);
    return value;
  }

  private void checkDepth(Event event, int depth) {
    if (depth > DEEPEST) {
      throw new GivenUp(location(event), "nested deeper than " + DEEPEST + " levels");
    }
  }

  private Located alias(AliasEvent event, int depth) {
    Anchored anchored = anchors.get(event.getAlias());
    if (anchored == null) {
      throw new GivenUp(
          location(event),
          "alias '*" + event.getAlias() + "' names no anchor '&" + event.getAlias() + "' above it");
    }
    checkDepth(event, depth + anchored.height());
    deepest = Math.max(deepest, depth + anchored.height());
    fromAliases += anchored.size();
    if (fromAliases > MOST_FROM_ALIASES) {
      throw new GivenUp(
          location(event),
          "aliases unfold to more than " + MOST_FROM_ALIASES + " values; write fewer of them");
    }
    Located value = anchored.value();
    return new Located(value.node(), value.place().seenFrom(location(event)));
  }

  private Located scalar(ScalarEvent event) {
    Location at = location(event);
    Optional<String> tag = event.getTag();
    if (tag.isEmpty()) {
      String text = event.getValue();
      return new Located(
          event.isPlain() ? YamlScalars.plain(text) : new TextNode(text), Place.of(at));
    }
    Optional<JsonNode> tagged = YamlScalars.tagged(tag.get(), event.getValue());
    if (tagged.isEmpty()) {
      problems.add(at, "cannot read '" + event.getValue() + "' as " + brief(tag.get()));
    }
    return new Located(tagged.orElseGet(() -> new TextNode(event.getValue())), Place.of(at));
  }

  private Located sequence(CollectionStartEvent start, int depth) {
    checkTag(start, "seq");
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    List<Place> places = new ArrayList<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = events.next()) {
      Located item = value(next, depth + 1);
      node.add(item.node());
      places.add(item.place());
    }
    return new Located(node, Place.ofList(location(start), places));
  }

  private Located mapping(MappingStartEvent start, int depth) {
    checkTag(start, "map");
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    Map<String, Place> places = new HashMap<>();
    Map<String, Located> merged = new LinkedHashMap<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      Location at = location(next);
      String key = key(next, depth);
      Located value = value(events.next(), depth + 1);
      if (key == null) {
        continue; // reported
      }
      if (key.equals(MERGE) && isPlain(next)) {
        merge(value, merged);
        continue;
      }
      Place first = places.putIfAbsent(key, value.place().underKey(at));
      if (first == null) {
        node.set(key, value.node());
      } else {
        problems.add(
            at, "key '" + key + "' is here twice; it stands at " + first.key() + " already");
      }
    }
    return merged.isEmpty()
        ? new Located(node, Place.ofMapping(location(start), places))
        : over(merged, node, places, location(start));
  }

  /** What is written in a mapping wins over what is merged in, in the place of the merged. */
  private static Located over(
      Map<String, Located> merged, ObjectNode own, Map<String, Place> places, Location at) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    merged.forEach(
        (key, value) -> {
          node.set(key, value.node());
          places.putIfAbsent(key, value.place());
        });
    node.setAll(own);
    return new Located(node, Place.ofMapping(at, places));
  }

  private @Nullable String key(Event event, int depth) {
    if (event instanceof ScalarEvent scalar) {
      if (scalar.getAnchor().isPresent() || scalar.getTag().isPresent()) {
        value(event, depth + 1); // for its anchor and tag
      }
      return scalar.getValue();
    }
    Located key = value(event, depth + 1);
    if (key.node().isTextual()) {
      return key.node().textValue();
    }
    problems.add(location(event), "a key has to be a text, not a list or mapping");
    return null;
  }

  private static boolean isPlain(Event key) {
    return key instanceof ScalarEvent scalar && scalar.isPlain();
  }

  private void merge(Located value, Map<String, Located> into) {
    List<Located> sources = value.node().isArray() ? value.items() : List.of(value);
    for (Located source : sources) {
      if (!source.node().isObject()) {
        problems.add(source.place(), "'<<' merges a mapping or a list of mappings");
      }
      source.members().forEach(into::putIfAbsent);
    }
  }

  private void checkTag(CollectionStartEvent start, String expected) {
    String tag = start.getTag().orElse("!");
    if (!tag.equals("!") && !tag.equals(YamlScalars.TAG + expected)) {
      problems.add(location(start), "unknown tag " + brief(tag));
    }
  }

  private static String brief(String tag) {
    return tag.startsWith(YamlScalars.TAG) ? "!!" + tag.substring(YamlScalars.TAG.length()) : tag;
  }

  private Location location(Event event) {
    Mark mark = event.getStartMark().orElse(null);
    return mark == null
        ? new Location(file, 1, 1)
        : new Location(file, mark.getLine() + 1, mark.getColumn() + 1);
  }
}
