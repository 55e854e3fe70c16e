package dev.ftpipe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A stage as the lock file speaks of it.
 *
 * @param inputs what it read: path to content, without sizes
 */
record LockedStage(Stage stage, LockFile.Entry entry, Map<String, Artifact> inputs) {
  static LockedStage of(Stage stage, LockFile.Entry entry) {
    Map<String, Artifact> inputs = new LinkedHashMap<>();
    JsonNode read = entry.ingredients().document().path("inputs");
    for (Map.Entry<String, JsonNode> input : read.properties()) {
      Digest digest = new Digest(input.getValue().path("digest").asText());
      String kind = input.getValue().path("kind").asText().toUpperCase(Locale.ROOT);
      inputs.put(input.getKey(), new Artifact(Artifact.Kind.valueOf(kind), digest, 0));
    }
    return new LockedStage(stage, entry, inputs);
  }

  /**
   * Why the lock file does not speak of the stage as it is now; empty when it does.
   *
   * @param project for the sources in the work tree
   */
  Optional<String> outOfDate(Project project, LockedContent content) throws IOException {
    for (String path : stage.deps()) {
      if (!inputs.containsKey(path)) {
        return Optional.of(new Change("input", path, "", "read now").sentence());
      }
    }
    Ingredients now = StageKey.of(stage, inputs);
    if (!now.key().equals(entry.key())) {
      List<Change> changes = now.changesSince(entry.ingredients());
      return Optional.of(
          changes.isEmpty() ? "ftpipe computes keys in a new way" : Change.cause(changes));
    }
    for (String path : stage.deps()) {
      Artifact read = inputs.get(path);
      Optional<Artifact> there =
          project.isSource(path) ? project.workTree().measure(path) : content.named(path);
      if (read != null && there.isPresent() && !LockedContent.same(there.get(), read)) {
        return Optional.of(
            new Change("input", path, read.digest().brief(), there.get().digest().brief())
                .sentence());
      }
    }
    return Optional.empty();
  }
}
