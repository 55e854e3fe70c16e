package dev.ftpipe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Param;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes over what another tool ran: its results become those of the stages here. */
public final class Adoption {
  private final Project project;

  public Adoption(Project project) {
    this.project = project;
  }

  /**
   * What a stage read and made when the other tool ran it.
   *
   * @param commands as they were run
   * @param params file to name to value; a file that was read whole has the name {@code ""}
   * @param inputs path to content
   * @param outputs path to content; those that are to be kept are in the local store
   */
  public record Past(
      List<String> commands,
      Map<String, Map<String, JsonNode>> params,
      Map<String, Artifact> inputs,
      Map<String, Artifact> outputs) {}

  /** Begins: nobody else may change the project until the end. */
  public <T> T under(Work<T> work) throws IOException {
    project.folders().prepare();
    try (WorkspaceLock held = WorkspaceLock.take(project.folders().workspaceLock())) {
      if (held.abandoned()) {
        project.note("the last repro here was killed; what it left is put right by the next one");
      }
      project.reloadLock();
      try {
        return work.run();
      } finally {
        project.writeLock();
      }
    } finally {
      project.saveIndex();
    }
  }

  /** What is done while nobody else changes the project. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /** What is at a path now, its bytes in the local store; empty when nothing is. */
  public Optional<Artifact> keep(String path) throws IOException {
    return project.workTree().measureOrKeep(path, true);
  }

  /** What is at a path now; empty when nothing is. */
  public Optional<Artifact> measure(String path) throws IOException {
    return project.workTree().measure(path);
  }

  /** Puts content of the local store in place; false when some of it is not there. */
  public boolean restore(String path, Artifact content) throws IOException {
    return project.workTree().restore(path, content);
  }

  /**
   * Makes a past run the last one of the stage. When the stage is the same today, it is up to date;
   * else it says what has changed.
   */
  public void record(Stage stage, Past past) throws IOException {
    Ingredients ingredients = StageKey.of(asItWas(stage, past), past.inputs());
    LockFile.Entry entry = new LockFile.Entry(ingredients.key(), ingredients, past.outputs());
    if (keeps(stage, past)) {
      project
          .store()
          .actions()
          .put(
              entry.key(),
              new ActionResult(
                  ingredients.document(),
                  past.outputs(),
                  Optional.empty(),
                  0,
                  Optional.empty(),
                  "dvc",
                  Map.of()));
    }
    project.record(stage, entry, past.inputs());
  }

  private static boolean keeps(Stage stage, Past past) {
    return stage.outs().stream()
        .allMatch(out -> out.cache() && past.outputs().containsKey(out.path()));
  }

  private static Stage asItWas(Stage stage, Past past) {
    List<Param> params = new ArrayList<>();
    past.params()
        .forEach(
            (file, values) ->
                values.forEach((name, value) -> params.add(param(stage, file, name, value))));
    Action.Shell shell = (Action.Shell) stage.action();
    List<Output> outs =
        stage.outs().stream().filter(out -> past.outputs().containsKey(out.path())).toList();
    return stage.as(
        new Action.Shell(past.commands(), shell.folder()),
        List.copyOf(past.inputs().keySet()),
        params,
        outs);
  }

  // A number that was written otherwise is the same param.
  private static Param param(Stage stage, String file, String name, JsonNode value) {
    for (Param now : stage.params()) {
      if (now.file().equals(file) && now.name().equals(name) && isSame(now.value(), value)) {
        return now;
      }
    }
    return new Param(file, name, value);
  }

  private static boolean isSame(JsonNode now, JsonNode before) {
    return now.equals(
        (one, other) ->
            one.isNumber() && other.isNumber() && one.doubleValue() == other.doubleValue()
                ? 0
                : one.equals(other) ? 0 : 1,
        before);
  }
}
