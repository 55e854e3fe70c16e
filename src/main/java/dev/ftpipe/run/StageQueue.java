package dev.ftpipe.run;

import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The stages that can start now, first those that come first in the graph's order. Each stage and
 * each arrow is looked at once. Not safe for several threads: its owner guards it.
 */
final class StageQueue {
  private final List<Stage> stages;
  private final Map<String, Integer> positions = new HashMap<>();
  private final int[] waitsFor;
  private final List<List<Integer>> unlocks = new ArrayList<>();
  private final PriorityQueue<Integer> ready = new PriorityQueue<>();
  private final boolean strict;
  private int started;
  private int finished;

  /**
   * Nothing has started.
   *
   * @param stages in the order of the graph
   * @param strict none starts before one that comes first, so that equal repros run in equal order
   */
  StageQueue(Graph graph, List<Stage> stages, boolean strict) {
    this.stages = stages;
    this.strict = strict;
    this.waitsFor = new int[stages.size()];
    for (Stage stage : stages) {
      positions.put(stage.name(), unlocks.size());
      unlocks.add(new ArrayList<>());
    }
    for (int i = 0; i < waitsFor.length; i++) {
      for (Stage before : graph.upstream(stages.get(i))) {
        Integer position = positions.get(before.name());
        if (position != null) {
          unlocks.get(position).add(i);
          waitsFor[i]++;
        }
      }
      if (waitsFor[i] == 0) {
        ready.add(i);
      }
    }
  }

  /** The next stage, which counts as started; empty while none can start. */
  Optional<Stage> poll() {
    Integer next = ready.peek();
    if (next == null || (strict && next != started)) {
      return Optional.empty();
    }
    ready.remove();
    started++;
    return Optional.of(stages.get(next));
  }

  /** A started stage is over. */
  void finish(Stage stage) {
    finished++;
    for (int unlocked : unlocks.get(position(stage))) {
      if (--waitsFor[unlocked] == 0) {
        ready.add(unlocked);
      }
    }
  }

  /** The stages that were waiting for this one. */
  List<Stage> dependents(Stage stage) {
    return unlocks.get(position(stage)).stream().map(stages::get).toList();
  }

  boolean isDone() {
    return finished == stages.size();
  }

  private int position(Stage stage) {
    Integer position = positions.get(stage.name());
    if (position == null) {
      throw new IllegalArgumentException("not of this queue: " + stage.name());
    }
    return position;
  }
}
