package dev.ftpipe.run;

import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done with a stage and why.
 *
 * @param ingredients empty when an input is not there
 * @param inputs those that are known
 * @param outputs what is in place or will be restored; empty for a stage that has to run
 */
record Assessment(
    Stage stage,
    StageStatus.State state,
    List<Change> changes,
    Optional<Ingredients> ingredients,
    Map<String, Artifact> inputs,
    Map<String, Artifact> outputs) {

  Optional<String> key() {
    return ingredients.map(Ingredients::key).map(ActionKey::hex);
  }

  String cause() {
    return Change.cause(changes);
  }

  Assessment because(List<Change> other) {
    return new Assessment(stage, state, other, ingredients, inputs, outputs);
  }

  StageStatus status() {
    return new StageStatus(stage.name(), state, changes, key());
  }
}
