package dev.ftpipe.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Places the stages of a graph in layers: each below all that it depends on, and within its layer
 * near to those. Equal graphs are placed equally.
 */
public final class GraphLayout {
  /** Of more stages than this, those of one foreach or matrix are one node. */
  private static final int MOST_SINGLE = 60;

  private static final int SWEEPS = 4;

  private GraphLayout() {}

  /**
   * A stage to be placed.
   *
   * @param after names of stages before it in the list
   */
  public record Item(String name, String group, List<String> after) {}

  /**
   * A placed node.
   *
   * @param stages their places in the list of items
   * @param layer 0 at the top; all that a node depends on is above it
   * @param place within the layer
   * @param after places of nodes in the list of nodes
   */
  public record Node(
      String label, List<Integer> stages, int layer, int place, List<Integer> after) {}

  /** The nodes of these items, each of which comes after all that it depends on. */
  public static List<Node> of(List<Item> items) {
    boolean grouped = items.size() > MOST_SINGLE;
    Map<String, Integer> nodeOf = new HashMap<>();
    Map<String, List<Integer>> members = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      members
          .computeIfAbsent(grouped ? item.group() : item.name(), any -> new ArrayList<>())
          .add(i);
    }
    List<String> labels = new ArrayList<>(members.keySet());
    for (int n = 0; n < labels.size(); n++) {
      for (int member : members.getOrDefault(labels.get(n), List.of())) {
        nodeOf.put(items.get(member).name(), n);
      }
    }
    List<Set<Integer>> after = new ArrayList<>();
    for (int n = 0; n < labels.size(); n++) {
      after.add(before(n, members.getOrDefault(labels.get(n), List.of()), items, nodeOf));
    }
    int[] layers = layers(after);
    int[] places = places(layers, after);
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < labels.size(); n++) {
      List<Integer> stages = members.getOrDefault(labels.get(n), List.of());
      String label = stages.size() == 1 ? items.get(stages.get(0)).name() : labels.get(n);
      nodes.add(new Node(label, stages, layers[n], places[n], List.copyOf(after.get(n))));
    }
    return nodes;
  }

  private static Set<Integer> before(
      int node, List<Integer> members, List<Item> items, Map<String, Integer> nodeOf) {
    Set<Integer> before = new LinkedHashSet<>();
    for (int member : members) {
      for (String name : items.get(member).after()) {
        Integer other = nodeOf.get(name);
        // Items of one group that follow each other are one node.
        if (other != null && other < node) {
          before.add(other);
        }
      }
    }
    return before;
  }

  private static int[] layers(List<Set<Integer>> after) {
    int[] layers = new int[after.size()];
    for (int n = 0; n < layers.length; n++) {
      for (int other : after.get(n)) {
        layers[n] = Math.max(layers[n], layers[other] + 1);
      }
    }
    // Just above the first that needs it: a line over several layers would run behind boxes.
    int[] first = new int[layers.length];
    Arrays.fill(first, Integer.MAX_VALUE);
    for (int n = layers.length - 1; n >= 0; n--) {
      layers[n] = first[n] == Integer.MAX_VALUE ? layers[n] : first[n] - 1;
      for (int other : after.get(n)) {
        first[other] = Math.min(first[other], layers[n]);
      }
    }
    return layers;
  }

  /** The barycentre method, downwards only: a node stands at the mean of those before it. */
  private static int[] places(int[] layers, List<Set<Integer>> after) {
    Map<Integer, List<Integer>> rows = new TreeMap<>();
    for (int n = 0; n < layers.length; n++) {
      rows.computeIfAbsent(layers[n], any -> new ArrayList<>()).add(n);
    }
    int[] places = new int[layers.length];
    rows.values().forEach(row -> number(row, places));
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (List<Integer> row : rows.values()) {
        Map<Integer, Double> wanted = new HashMap<>();
        for (int n : row) {
          wanted.put(n, after.get(n).stream().mapToInt(o -> places[o]).average().orElse(places[n]));
        }
        row.sort(Comparator.comparingDouble((Integer n) -> wanted.getOrDefault(n, 0.0)));
        number(row, places);
      }
    }
    return places;
  }

  private static void number(List<Integer> row, int[] places) {
    for (int i = 0; i < row.size(); i++) {
      places[row.get(i)] = i;
    }
  }
}
