package dev.ftpipe.run;

import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides what is to be done with a stage, from its inputs, the lock file and the cache. */
final class Assessor {
  private final Project project;
  private final boolean force;
  private final boolean useCache;
  private final SharedResults shared;

  /**
   * Decides for one command.
   *
   * @param force everything runs
   * @param useCache results of the same key may be restored
   * @param shared asked for results that are not here
   */
  Assessor(Project project, boolean force, boolean useCache, SharedResults shared) {
    this.project = project;
    this.force = force;
    this.useCache = useCache;
    this.shared = shared;
  }

  /** Decides with the inputs that are in the work tree now. */
  Assessment assess(Stage stage) throws IOException {
    return assess(stage, Map.of());
  }

  /**
   * Decides.
   *
   * @param expected content of inputs that are not in place yet but will be
   */
  Assessment assess(Stage stage, Map<String, Artifact> expected) throws IOException {
    Optional<LockFile.Entry> last = project.last(stage);
    if (stage.frozen()) {
      return frozen(stage, last);
    }
    Map<String, Artifact> sources = project.sources().expected(stage);
    return sources.isEmpty()
        ? assess(stage, last, expected)
        : assess(stage, last, both(sources, expected));
  }

  private static Map<String, Artifact> both(
      Map<String, Artifact> some, Map<String, Artifact> others) {
    Map<String, Artifact> both = new LinkedHashMap<>(some);
    both.putAll(others);
    return both;
  }

  private Assessment assess(
      Stage stage, Optional<LockFile.Entry> last, Map<String, Artifact> expected)
      throws IOException {
    Map<String, Artifact> inputs = new LinkedHashMap<>();
    List<Change> missing = new ArrayList<>();
    List<String> inPlaceNow =
        stage.deps().stream().filter(path -> !expected.containsKey(path)).toList();
    Iterator<Optional<Artifact>> measured =
        project.workTree().measureOrKeep(inPlaceNow, path -> false).iterator();
    for (String path : stage.deps()) {
      Optional<Artifact> input =
          expected.containsKey(path) ? Optional.of(expected.get(path)) : measured.next();
      input.ifPresentOrElse(
          artifact -> inputs.put(path, artifact),
          () -> missing.add(new Change("input", path, lastInput(last, path), Change.MISSING)));
    }
    if (!missing.isEmpty()) {
      return new Assessment(
          stage, StageStatus.State.CHANGED, missing, Optional.empty(), inputs, Map.of());
    }
    Ingredients ingredients = StageKey.of(stage, inputs);
    Map<String, Artifact> inPlace = inPlace(stage);
    List<Change> changes = changes(stage, ingredients, last, inPlace);
    StageStatus.State state = StageStatus.State.UP_TO_DATE;
    Map<String, Artifact> outputs = inPlace;
    if (!changes.isEmpty()) {
      outputs = result(stage, ingredients, last, inPlace).orElse(Map.of());
      boolean cached = stage.outs().isEmpty() ? false : !outputs.isEmpty();
      state = cached ? StageStatus.State.CACHED : StageStatus.State.CHANGED;
    }
    return new Assessment(stage, state, changes, Optional.of(ingredients), inputs, outputs);
  }

  // A frozen stage stays as it is; outputs that are gone come back if they can.
  private Assessment frozen(Stage stage, Optional<LockFile.Entry> last) throws IOException {
    Map<String, Artifact> inPlace = inPlace(stage);
    List<Change> changes = new ArrayList<>();
    Map<String, Artifact> outputs = inPlace;
    if (inPlace.size() < stage.outs().size()) {
      for (Output output : stage.outs()) {
        if (!inPlace.containsKey(output.path())) {
          changes.add(new Change("output", output.path(), "", Change.MISSING));
        }
      }
      outputs =
          last.isPresent() && available(stage, last.get().outputs(), inPlace)
              ? last.get().outputs()
              : Map.of();
    }
    return new Assessment(
        stage,
        StageStatus.State.FROZEN,
        changes,
        last.map(LockFile.Entry::ingredients),
        Map.of(),
        outputs);
  }

  private List<Change> changes(
      Stage stage,
      Ingredients ingredients,
      Optional<LockFile.Entry> last,
      Map<String, Artifact> inPlace) {
    List<Change> changes = new ArrayList<>();
    if (force) {
      changes.add(Change.ofStage("forced"));
    }
    if (stage.alwaysChanged()) {
      changes.add(Change.ofStage("always_changed"));
    }
    if (last.isEmpty()) {
      changes.add(Change.ofStage("not run before"));
      return changes;
    }
    LockFile.Entry entry = last.get();
    if (!entry.key().equals(ingredients.key())) {
      List<Change> differences = ingredients.changesSince(entry.ingredients());
      changes.addAll(differences);
      if (differences.isEmpty()) {
        changes.add(Change.ofStage("ftpipe computes keys in a new way"));
      }
    }
    for (Output output : stage.outs()) {
      Artifact before = entry.outputs().get(output.path());
      Artifact now = inPlace.get(output.path());
      if (now == null) {
        changes.add(
            new Change(
                "output",
                output.path(),
                before == null ? "" : before.digest().brief(),
                Change.MISSING));
      } else if (before != null && !before.equals(now)) {
        changes.add(
            new Change("output", output.path(), before.digest().brief(), now.digest().brief()));
      }
    }
    return changes;
  }

  /** What the same key made before, where every output of it can be put in place. */
  private Optional<Map<String, Artifact>> result(
      Stage stage,
      Ingredients ingredients,
      Optional<LockFile.Entry> last,
      Map<String, Artifact> inPlace)
      throws IOException {
    if (force || !useCache || stage.alwaysChanged()) {
      return Optional.empty();
    }
    // The lock file first: it is what the team agreed on, should a stage not be deterministic.
    boolean agreed = last.isPresent() && last.get().key().equals(ingredients.key());
    if (agreed && available(stage, last.get().outputs(), inPlace)) {
      return Optional.of(last.get().outputs());
    }
    Optional<ActionResult> cached = project.store().actions().find(ingredients.key());
    if (cached.isPresent() && available(stage, cached.get().outputs(), inPlace)) {
      return Optional.of(cached.get().outputs());
    }
    // What others have: the same order, and only what can be kept here.
    if (agreed
        && shared.bring(last.get().outputs().values())
        && available(stage, last.get().outputs(), inPlace)) {
      return Optional.of(last.get().outputs());
    }
    if (!shared.bring(ingredients.key())) {
      return Optional.empty();
    }
    Optional<ActionResult> brought = project.store().actions().find(ingredients.key());
    return brought.isPresent() && available(stage, brought.get().outputs(), inPlace)
        ? Optional.of(brought.get().outputs())
        : Optional.empty();
  }

  private boolean available(
      Stage stage, Map<String, Artifact> result, Map<String, Artifact> inPlace) throws IOException {
    for (Output output : stage.outs()) {
      Artifact artifact = result.get(output.path());
      if (artifact == null) {
        return false;
      }
      if (!artifact.equals(inPlace.get(output.path()))
          && !project.workTree().restorable(artifact)) {
        return false;
      }
    }
    return true;
  }

  private Map<String, Artifact> inPlace(Stage stage) throws IOException {
    Map<String, Artifact> inPlace = new LinkedHashMap<>();
    for (Output output : stage.outs()) {
      project.inPlace(output).ifPresent(artifact -> inPlace.put(output.path(), artifact));
    }
    return inPlace;
  }

  private static String lastInput(Optional<LockFile.Entry> last, String path) {
    return last.map(entry -> entry.ingredients().flat())
        .map(all -> all.get(new Ingredients.Name("input", path)))
        .map(value -> Ingredients.shown(new Ingredients.Name("input", path), value))
        .orElse("");
  }
}
