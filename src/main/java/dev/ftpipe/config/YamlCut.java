package dev.ftpipe.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Leaves some values of a YAML text and drops the rest, on the level of the text's own nodes. */
final class YamlCut {
  private static final String MERGE = "<<";

  /** What is wanted below a value; an empty one wants all of it. */
  private record Wanted(Map<String, Wanted> below) {
    Wanted() {
      this(new TreeMap<>());
    }

    void add(List<String> steps) {
      Wanted at = this;
      for (String step : steps) {
        at = at.below.computeIfAbsent(step, key -> new Wanted());
      }
      at.below.clear();
    }
  }

  private YamlCut() {}

  /** The text with the named values only; empty when it cannot be cut. */
  static Optional<String> of(String text, Collection<String> names) {
    Wanted wanted = new Wanted();
    // A name before those that lie in it: what is wanted whole stays so.
    names.stream()
        .sorted()
        .map(ParamsCut::steps)
        .forEach(
            steps -> {
              if (!covered(wanted, steps)) {
                wanted.add(steps);
              }
            });
    try {
      Optional<Node> root = new Compose(LoadSettings.builder().build()).composeString(text);
      return root.map(node -> write(cut(node, wanted)));
    } catch (YamlEngineException e) {
      // Its reader told what is wrong with it, or it uses what only that one understands.
      return Optional.empty();
    }
  }

  private static boolean covered(Wanted wanted, List<String> steps) {
    Wanted at = wanted;
    for (String step : steps) {
      Wanted next = at.below().get(step);
      if (next == null) {
        return false;
      }
      if (next.below().isEmpty()) {
        return true;
      }
      at = next;
    }
    return false;
  }

  private static Node cut(Node node, Wanted wanted) {
    if (wanted.below().isEmpty()) {
      return node;
    }
    if (node instanceof MappingNode mapping) {
      List<NodeTuple> kept = new ArrayList<>();
      wanted
          .below()
          .forEach(
              (key, below) ->
                  member(mapping, key)
                      .ifPresent(
                          found ->
                              kept.add(
                                  new NodeTuple(
                                      found.getKeyNode(), cut(found.getValueNode(), below)))));
      return new MappingNode(Tag.MAP, kept, mapping.getFlowStyle());
    }
    if (node instanceof SequenceNode list) {
      return new SequenceNode(Tag.SEQ, items(list.getValue(), wanted), list.getFlowStyle());
    }
    return node;
  }

  private static List<Node> items(List<Node> all, Wanted wanted) {
    List<Node> items = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Wanted fromStart = wanted.below().get(String.valueOf(i));
      Wanted fromEnd = wanted.below().get(String.valueOf(i - all.size()));
      Wanted below = fromStart == null ? fromEnd : fromStart;
      items.add(
          below == null
              ? new ScalarNode(Tag.NULL, "null", ScalarStyle.PLAIN)
              : cut(all.get(i), below));
    }
    return items;
  }

  private static Optional<NodeTuple> member(MappingNode mapping, String key) {
    Optional<NodeTuple> merged = Optional.empty();
    for (NodeTuple member : mapping.getValue()) {
      if (member.getKeyNode() instanceof ScalarNode name) {
        if (name.getValue().equals(key)) {
          return Optional.of(member);
        }
        if (name.getValue().equals(MERGE) && name.isPlain() && merged.isEmpty()) {
          merged = merged(member.getValueNode(), key);
        }
      }
    }
    return merged;
  }

  private static Optional<NodeTuple> merged(Node source, String key) {
    List<Node> sources = source instanceof SequenceNode list ? list.getValue() : List.of(source);
    for (Node each : sources) {
      Optional<NodeTuple> found =
          each instanceof MappingNode mapping ? member(mapping, key) : Optional.empty();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static String write(Node node) {
    DumpSettings settings =
        DumpSettings.builder().setDereferenceAliases(true).setUseUnicodeEncoding(true).build();
    return new Present(settings)
        .emitToString(new Serialize(settings).serializeOne(node).iterator());
  }
}
