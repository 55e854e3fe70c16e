package dev.ftpipe.run;

import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every ingredient of a stage's key, old and new.
 *
 * @param status what repro would do with it
 * @param lastKey of the lock entry, or of the nearest cached action where there is none; empty when
 *     the stage never ran
 * @param fromCache whether the old values are those of a cached action
 * @param ingredients those that differ first, each group by kind and name; no new values while the
 *     inputs are not known
 */
public record Why(
    StageStatus status, Optional<String> lastKey, boolean fromCache, List<Ingredient> ingredients) {
  /**
   * One ingredient, its values shortened for a person.
   *
   * @param before empty when there was none
   * @param after empty when there is none
   */
  public record Ingredient(
      String kind, String name, String before, String after, boolean differs) {}

  /** Compares the stage with its lock entry. */
  public static Why of(Project project, String stageName) throws IOException {
    Stage stage = project.graph().stage(stageName);
    Assessment assessment = Statuses.one(project, stage);
    Optional<Ingredients> now = assessment.ingredients();
    Optional<Ingredients> last = project.last(stage).map(LockFile.Entry::ingredients);
    boolean fromCache = last.isEmpty();
    if (fromCache && now.isPresent()) {
      last = nearest(project, now.get());
    }
    return new Why(
        assessment.status(),
        last.map(Ingredients::key).map(ActionKey::hex),
        fromCache && last.isPresent(),
        compare(last, now));
  }

  private static Optional<Ingredients> nearest(Project project, Ingredients now)
      throws IOException {
    List<Ingredients> all = new ArrayList<>();
    for (ActionKey key : project.store().actions().keys()) {
      project
          .store()
          .actions()
          .find(key)
          .map(ActionResult::ingredients)
          .map(Ingredients::of)
          .filter(other -> sameAction(other, now))
          .ifPresent(all::add);
    }
    return all.stream().min(Comparator.comparingInt(other -> now.changesSince(other).size()));
  }

  // A near miss of another built-in or command is none.
  private static boolean sameAction(Ingredients one, Ingredients other) {
    return one.document().path("uses").equals(other.document().path("uses"))
        && (one.document().has("uses")
            || one.document().path("outputs").equals(other.document().path("outputs"))
            || one.document().path("commands").equals(other.document().path("commands")));
  }

  private static List<Ingredient> compare(Optional<Ingredients> last, Optional<Ingredients> now) {
    Map<Ingredients.Name, String> old = last.map(Ingredients::flat).orElse(new TreeMap<>());
    Map<Ingredients.Name, String> current = now.map(Ingredients::flat).orElse(new TreeMap<>());
    Set<Ingredients.Name> names = new TreeSet<>(old.keySet());
    names.addAll(current.keySet());
    return names.stream()
        .map(
            name -> {
              String before = old.getOrDefault(name, "");
              String after = current.getOrDefault(name, "");
              return new Ingredient(
                  name.kind(),
                  name.name(),
                  Ingredients.shown(name, before),
                  Ingredients.shown(name, after),
                  last.isPresent() && now.isPresent() && !before.equals(after));
            })
        .sorted(Comparator.comparing((Ingredient each) -> !each.differs()))
        .toList();
  }
}
