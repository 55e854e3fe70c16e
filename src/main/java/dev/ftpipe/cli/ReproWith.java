package dev.ftpipe.cli;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.config.Assignment;
import dev.ftpipe.config.ParamEdits;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.run.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A repro with other params: {@code -S}.
 *
 * @param overrides values besides these, which go over them
 */
record ReproWith(ReproRun run, ParamOverrides overrides, boolean dryRun) {
  /** Sets one value each and runs, or runs every combination of several values. */
  int call(List<String> options) throws IOException {
    Path root = run.invocation().global().projectRoot();
    List<List<Assignment>> combinations = Assignment.grid(options);
    if (combinations.size() > 1) {
      for (List<Assignment> each : combinations) {
        // Unknown names are found before anything runs.
        ParamEdits.apply(root, each);
      }
      return new Grid(run, combinations.stream().map(this::with).toList()).call(dryRun);
    }
    List<Assignment> assignments = combinations.get(0);
    Map<String, String> texts = ParamEdits.apply(root, assignments);
    Project project = run.invocation().project(with(assignments));
    if (dryRun) {
      return run.show(project);
    }
    for (var file : texts.entrySet()) {
      Path target = root.resolve(file.getKey());
      try {
        AtomicFiles.write(target, file.getValue());
      } catch (IOException e) {
        throw IoProblem.writing(target, e);
      }
    }
    return run.run(project, with(assignments));
  }

  private ParamOverrides with(List<Assignment> assignments) {
    return new ParamOverrides(
        overrides.file(), assignments.stream().map(Assignment::toString).toList());
  }
}
