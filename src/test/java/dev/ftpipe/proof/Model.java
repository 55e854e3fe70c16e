package dev.ftpipe.proof;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The engine as a few maps in memory: what is in the work tree, what the lock file says, what the
 * cache has; and what follows from it, one stage after the other.
 */
final class Model {
  /** What a stage last did. */
  private record Recorded(String key, Map<String, Node> outputs) {}

  /** How a repro is asked for. */
  record How(boolean force, boolean useCache) {}

  final NavigableMap<String, Node> tree = new TreeMap<>();
  int[] params = new int[4];
  List<Plan> plans = List.of();

  private final Map<String, Recorded> lock = new HashMap<>();
  private final Map<String, Map<String, Node>> actions = new HashMap<>();
  private final Set<Node> stored = new HashSet<>();

  void forgetCache() {
    actions.clear();
    stored.clear();
  }

  void forgetLock() {
    lock.clear();
  }

  /** Stage to what repro does with it; does it. */
  Map<String, String> repro(List<Plan> selected, How how) {
    Map<String, String> done = new LinkedHashMap<>();
    for (Plan plan : selected) {
      Decision decision = decide(plan, this::at, how);
      if (decision.action.equals("run")) {
        Map<String, Node> made = plan.compute(read(plan, this::at), params);
        tree.putAll(made);
        actions.put(decision.key, made);
        lock.put(plan.name(), new Recorded(decision.key, made));
        keepLists(plan);
        if (plan.cached()) {
          made.values().forEach(this::store);
        }
      } else if (decision.action.equals("restored")) {
        tree.putAll(decision.outputs);
        lock.put(plan.name(), new Recorded(decision.key, decision.outputs));
        keepLists(plan);
      }
      done.put(plan.name(), decision.action);
    }
    lock.keySet().retainAll(plans.stream().map(Plan::name).toList());
    if (done.values().stream().anyMatch(action -> !action.equals("unchanged"))) {
      keepUncached();
    }
    return done;
  }

  /** Small outputs that are not cached are kept with a run that is recorded. */
  private void keepUncached() {
    for (Plan plan : plans) {
      Recorded last = lock.get(plan.name());
      if (last != null && !plan.cached()) {
        last.outputs.forEach((path, made) -> at(path).filter(made::equals).ifPresent(this::store));
      }
    }
  }

  /** The list of a folder that was read is kept beside the result; of an empty one, that is all. */
  private void keepLists(Plan plan) {
    plan.deps()
        .forEach(dep -> at(dep).filter(Node.Folder.class::isInstance).ifPresent(stored::add));
  }

  /** Stage to what status says of it; {@code waits} where the answer needs a run first. */
  Map<String, String> status(List<Plan> selected) {
    Map<String, String> states = new LinkedHashMap<>();
    Map<String, Node> expected = new HashMap<>();
    Set<String> unknown = new HashSet<>();
    for (Plan plan : selected) {
      boolean waits =
          plan.deps().stream()
              .anyMatch(dep -> unknown.stream().anyMatch(out -> isOrIsBelow(dep, out)));
      if (waits) {
        states.put(plan.name(), "waits");
        unknown.addAll(plan.outs());
        continue;
      }
      Decision decision =
          decide(plan, path -> in(expected, path).or(() -> at(path)), new How(false, true));
      switch (decision.action) {
        case "run" -> {
          states.put(plan.name(), "changed");
          unknown.addAll(plan.outs());
        }
        case "restored" -> {
          states.put(plan.name(), "cached");
          expected.putAll(decision.outputs);
        }
        default -> states.put(plan.name(), "up-to-date");
      }
    }
    return states;
  }

  private static boolean isOrIsBelow(String dep, String out) {
    return dep.equals(out) || dep.startsWith(out + "/");
  }

  /** The outputs from nothing but the sources. */
  Map<String, Node> truth(Plan plan) {
    return plan.compute(
        read(
            plan,
            path -> {
              Optional<Plan> maker = plans.stream().filter(each -> each.makes(path)).findFirst();
              return maker.isPresent() ? in(truth(maker.get()), path) : at(path);
            }),
        params);
  }

  /** The plans that these need, themselves included, in order. */
  List<Plan> closure(Plan target) {
    Set<Plan> needed = new LinkedHashSet<>(Set.of(target));
    for (int i = plans.size() - 1; i >= 0; i--) {
      Plan each = plans.get(i);
      if (needed.stream().anyMatch(one -> one.deps().stream().anyMatch(each::makes))) {
        needed.add(each);
      }
    }
    return plans.stream().filter(needed::contains).toList();
  }

  private record Decision(String action, String key, Map<String, Node> outputs) {}

  private Decision decide(Plan plan, Function<String, Optional<Node>> view, How how) {
    Map<String, Optional<Node>> inputs = new LinkedHashMap<>();
    plan.deps().forEach(dep -> inputs.put(dep, view.apply(dep)));
    String key = plan.declared(params) + inputs;
    Recorded last = lock.get(plan.name());
    if (how.force || plan.always()) {
      return new Decision("run", key, Map.of());
    }
    if (last != null
        && last.key.equals(key)
        && plan.outs().stream()
            .allMatch(out -> at(out).equals(Optional.ofNullable(last.outputs.get(out))))) {
      return new Decision("unchanged", key, last.outputs);
    }
    if (how.useCache) {
      if (last != null && last.key.equals(key) && available(last.outputs)) {
        return new Decision("restored", key, last.outputs);
      }
      Map<String, Node> cached = actions.get(key);
      if (cached != null && available(cached)) {
        return new Decision("restored", key, cached);
      }
    }
    return new Decision("run", key, Map.of());
  }

  private boolean available(Map<String, Node> outputs) {
    return outputs.entrySet().stream()
        .allMatch(
            output ->
                at(output.getKey()).equals(Optional.of(output.getValue()))
                    || isStored(output.getValue()));
  }

  private boolean isStored(Node node) {
    return node instanceof Node.Folder folder
        ? stored.contains(folder) && folder.files().values().stream().allMatch(this::isStored)
        : node instanceof Node.Text text && stored.contains(bytes(text));
  }

  private void store(Node node) {
    if (node instanceof Node.Folder folder) {
      stored.add(folder);
      folder.files().values().forEach(this::store);
    } else if (node instanceof Node.Text text) {
      stored.add(bytes(text));
    }
  }

  private static Node bytes(Node.Text text) {
    return new Node.Text(text.text(), false);
  }

  private static NavigableMap<String, Node.Text> read(
      Plan plan, Function<String, Optional<Node>> view) {
    NavigableMap<String, Node.Text> read = new TreeMap<>();
    plan.deps().forEach(dep -> view.apply(dep).ifPresent(node -> read.putAll(node.files(dep))));
    return read;
  }

  Optional<Node> at(String path) {
    return in(tree, path);
  }

  private static Optional<Node> in(Map<String, Node> nodes, String path) {
    Node whole = nodes.get(path);
    if (whole != null) {
      return Optional.of(whole);
    }
    for (var each : nodes.entrySet()) {
      if (path.startsWith(each.getKey() + "/") && each.getValue() instanceof Node.Folder folder) {
        String rest = path.substring(each.getKey().length() + 1);
        return Optional.ofNullable(folder.files().get(rest));
      }
    }
    return Optional.empty();
  }
}
