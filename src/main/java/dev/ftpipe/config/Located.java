package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a configuration file and where it stands. */
public record Located(JsonNode node, Place place) {
  /** A mapping of these members, which keep their places. */
  public static Located mapping(Place at, Map<String, Located> members) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    Map<String, Place> places = new HashMap<>();
    members.forEach(
        (key, value) -> {
          node.set(key, value.node());
          places.put(key, value.place());
        });
    return new Located(node, at.holding(places, List.of()));
  }

  /** The value of a key; empty when this is no mapping or has no such key. */
  public Optional<Located> member(String name) {
    JsonNode member = node.get(name);
    return member == null ? Optional.empty() : Optional.of(new Located(member, place.member(name)));
  }

  /** Keys with their values, in the order of the file; none when this is no mapping. */
  public Map<String, Located> members() {
    Map<String, Located> members = new LinkedHashMap<>();
    for (var entry : node.properties()) {
      members.put(entry.getKey(), new Located(entry.getValue(), place.member(entry.getKey())));
    }
    return members;
  }

  /** The elements of a list; none when this is no list. */
  public List<Located> items() {
    if (!node.isArray()) {
      return List.of();
    }
    List<Located> items = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      items.add(new Located(node.get(i), place.item(i)));
    }
    return items;
  }
}
