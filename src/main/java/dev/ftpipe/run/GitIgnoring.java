package dev.ftpipe.run;

import dev.ftpipe.base.IoProblem;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.git.Ignored;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the cache keeps is no business of git's: it goes to {@code .gitignore}, as under DVC. */
public final class GitIgnoring {
  private static final int TOLD = 3;

  private final Project project;
  private final Set<String> content = new HashSet<>();

  public GitIgnoring(Project project) {
    this.project = project;
    for (Stage stage : project.graph().stages()) {
      content.addAll(stage.deps());
      stage.outs().stream().map(Output::path).forEach(content::add);
    }
    content.addAll(project.graph().sources());
  }

  /** The outputs of these stages that are there and cached. */
  void addOutputs(List<Stage> stages) {
    add(
        stages.stream()
            .flatMap(stage -> stage.outs().stream())
            .filter(Output::cache)
            .map(Output::path)
            .filter(path -> Files.exists(project.workTree().resolve(path)))
            .toList());
  }

  /** These paths, unless git ignores or tracks them; says so, and also when it cannot be done. */
  public void add(Collection<String> paths) {
    try {
      List<String> added =
          new Ignored(project.root(), folder -> ProjectPaths.isIn(folder, content)).add(paths);
      if (!added.isEmpty()) {
        project.note(told(added));
      }
    } catch (IOException e) {
      project.note(
          "git will show what the cache keeps: .gitignore was not written, "
              + IoProblem.sentence(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String told(List<String> added) {
    String first = String.join(", ", added.subList(0, Math.min(TOLD, added.size())));
    int more = added.size() - TOLD;
    return first
        + (more > 0 ? " and " + more + " more" : "")
        + (added.size() == 1 ? " is" : " are")
        + " in .gitignore now";
  }
}
