package dev.ftpipe.run;

import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.dag.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the targets of a command mean that moves content: stages, and sources, which are meant by
 * their paths.
 */
record Selection(List<Stage> stages, Map<String, AddedSource> sources) {
  /** All there is when there are no targets. */
  static Selection of(Project project, List<String> targets) {
    Map<String, AddedSource> all = project.sources().all();
    if (targets.isEmpty()) {
      return new Selection(project.graph().stages(), all);
    }
    Map<String, AddedSource> named = new TreeMap<>();
    List<String> others = new ArrayList<>();
    for (String target : targets) {
      String path = ProjectPaths.tidy(target);
      int before = named.size();
      for (var each : all.entrySet()) {
        if (each.getKey().equals(path) || each.getKey().startsWith(path + "/")) {
          named.put(each.getKey(), each.getValue());
        }
      }
      if (named.size() == before && !all.containsKey(path)) {
        others.add(target);
      }
    }
    return new Selection(
        others.isEmpty() ? List.of() : project.graph().select(others, true, false), named);
  }
}
