package dev.ftpipe.run;

import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a stage will read once the outputs before it are back from the cache. */
final class ExpectedInputs {
  private final Stage stage;
  private final Project project;
  private final Map<String, Artifact> known = new HashMap<>();

  ExpectedInputs(Stage stage, Project project) {
    this.stage = stage;
    this.project = project;
  }

  /** By path; what is not among them is in place already. */
  Map<String, Artifact> known() {
    return known;
  }

  /**
   * Learns what will be in place.
   *
   * @return whether every input that lies there is known now; not so for a folder around an output,
   *     which can hold more than that, and for a part of a folder that the store cannot show
   */
  boolean add(Map<String, Artifact> outputs) throws IOException {
    for (String dep : stage.deps()) {
      for (var output : outputs.entrySet()) {
        if (!overlap(output.getKey(), dep)) {
          continue;
        }
        Optional<Artifact> input = within(output.getKey(), output.getValue(), dep);
        if (input.isEmpty()) {
          return false;
        }
        known.put(dep, input.get());
      }
    }
    return true;
  }

  private Optional<Artifact> within(String output, Artifact artifact, String dep)
      throws IOException {
    if (output.equals(dep)) {
      return Optional.of(artifact);
    }
    if (!dep.startsWith(output + "/") || artifact.kind() != Artifact.Kind.TREE) {
      return Optional.empty();
    }
    // In place already, whether the store knows it or not.
    if (project.workTree().measure(output).equals(Optional.of(artifact))) {
      return project.workTree().measure(dep);
    }
    return tree(artifact).flatMap(found -> part(found, dep.substring(output.length() + 1)));
  }

  private Optional<Tree> tree(Artifact artifact) throws IOException {
    try {
      return project.store().content().read(artifact.digest()).map(Tree::parse);
    } catch (IllegalArgumentException e) {
      // Nothing that ftpipe stored: repro refuses it with a message.
      return Optional.empty();
    }
  }

  private static Optional<Artifact> part(Tree tree, String path) {
    for (Tree.Entry entry : tree.entries()) {
      if (entry.path().equals(path)) {
        Artifact.Kind kind = entry.executable() ? Artifact.Kind.EXECUTABLE : Artifact.Kind.FILE;
        return Optional.of(new Artifact(kind, entry.digest(), entry.size()));
      }
    }
    List<Tree.Entry> below =
        tree.entries().stream()
            .filter(entry -> entry.path().startsWith(path + "/"))
            .map(
                entry ->
                    new Tree.Entry(
                        entry.path().substring(path.length() + 1),
                        entry.executable(),
                        entry.digest(),
                        entry.size()))
            .toList();
    return below.isEmpty() ? Optional.empty() : Optional.of(new Tree(below).artifact());
  }

  /** Whether one of two paths lies in the other, or both are one. */
  static boolean overlap(String output, String dep) {
    return output.equals(dep)
        || output.startsWith(dep + "/")
        || dep.startsWith(output + "/")
        || dep.equals(".");
  }
}
