package dev.ftpipe.run.sandbox;

import dev.ftpipe.dag.Output;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which paths a stage may write. */
final class Outputs {
  private final Set<String> paths;

  Outputs(List<Output> outs) {
    this.paths = outs.stream().map(Output::path).collect(Collectors.toSet());
  }

  /** Whether the path is an output or lies in one. */
  boolean cover(String path) {
    for (String at = path; ; at = at.substring(0, at.lastIndexOf('/'))) {
      if (paths.contains(at)) {
        return true;
      }
      if (at.indexOf('/') < 0) {
        return false;
      }
    }
  }
}
