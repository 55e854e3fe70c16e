package dev.ftpipe.dag;

import dev.ftpipe.config.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/** The one order of the stages: what is depended on first, and else as declared (Kahn, 1962). */
final class Order {
  private final List<Placed> placed;
  private final Map<String, List<Stage>> upstream;
  private final Map<String, Integer> declared = new LinkedHashMap<>();

  private Order(List<Placed> placed, Map<String, List<Stage>> upstream) {
    this.placed = placed;
    this.upstream = upstream;
    for (int i = 0; i < placed.size(); i++) {
      declared.put(placed.get(i).stage().name(), i);
    }
  }

  /** The stages in order; those on or behind a cycle are left out, each cycle a problem. */
  static List<Stage> of(List<Placed> placed, Map<String, List<Stage>> upstream, Problems problems) {
    Order order = new Order(placed, upstream);
    List<Stage> sorted = order.sort();
    if (sorted.size() < placed.size()) {
      order.reportCycles(sorted, problems);
    }
    return sorted;
  }

  private List<Stage> before(int stage) {
    return upstream.getOrDefault(placed.get(stage).stage().name(), List.of());
  }

  private int index(Stage stage) {
    return declared.getOrDefault(stage.name(), 0);
  }

  private List<Stage> sort() {
    int[] waitsFor = new int[placed.size()];
    Map<Integer, List<Integer>> unlocks = new HashMap<>();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < placed.size(); i++) {
      waitsFor[i] = before(i).size();
      for (Stage stage : before(i)) {
        unlocks.computeIfAbsent(index(stage), key -> new ArrayList<>()).add(i);
      }
      if (waitsFor[i] == 0) {
        ready.add(i);
      }
    }
    List<Stage> sorted = new ArrayList<>(placed.size());
    for (Integer next = ready.poll(); next != null; next = ready.poll()) {
      sorted.add(placed.get(next).stage());
      for (int unlocked : unlocks.getOrDefault(next, List.of())) {
        if (--waitsFor[unlocked] == 0) {
          ready.add(unlocked);
        }
      }
    }
    return sorted;
  }

  /** Follows, from every stage that never became ready, the first one that it waits for. */
  private void reportCycles(List<Stage> sorted, Problems problems) {
    Set<String> ready = sorted.stream().map(Stage::name).collect(Collectors.toSet());
    Set<Integer> visited = new HashSet<>();
    for (int start = 0; start < placed.size(); start++) {
      if (ready.contains(placed.get(start).stage().name())) {
        continue;
      }
      Set<Integer> path = new LinkedHashSet<>();
      int at = start;
      while (!visited.contains(at) && path.add(at)) {
        at = firstNotIn(ready, at);
      }
      if (path.contains(at)) {
        List<Integer> walked = new ArrayList<>(path);
        report(walked.subList(walked.indexOf(at), walked.size()), problems);
      }
      visited.addAll(path);
    }
  }

  private int firstNotIn(Set<String> ready, int stage) {
    return before(stage).stream()
        .filter(each -> !ready.contains(each.name()))
        .mapToInt(this::index)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a stage that waits for nothing"));
  }

  private void report(List<Integer> against, Problems problems) {
    List<Placed> cycle = new ArrayList<>();
    against.forEach(index -> cycle.add(placed.get(index)));
    Collections.reverse(cycle);
    // Begins with the stage declared first.
    int first = cycle.indexOf(placed.get(Collections.min(against)));
    Collections.rotate(cycle, -first);
    Placed begin = cycle.get(0);
    String names =
        cycle.stream().map(each -> each.stage().name()).collect(Collectors.joining(" → "));
    String places =
        cycle.stream()
            .map(each -> each.stage().name() + " at " + each.stage().location())
            .collect(Collectors.joining(", "));
    problems.add(
        begin.stage().location(),
        "cycle: "
            + names
            + " → "
            + begin.stage().name()
            + "; each writes what the next one reads ("
            + places
            + ")");
  }
}
