package dev.ftpipe.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is compared, as in DVC: two revisions, HEAD and the work tree by default. */
final class DiffOptions {
  @Parameters(
      index = "0",
      paramLabel = "A_REV",
      arity = "0..1",
      defaultValue = "HEAD",
      description = "The old revision (default: ${DEFAULT-VALUE}).")
  private String before = "HEAD";

  @Parameters(
      index = "1",
      paramLabel = "B_REV",
      arity = "0..1",
      defaultValue = "workspace",
      description = "The new revision (default: the work tree).")
  private String after = "workspace";

  @Option(
      names = "--targets",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Only these files, whether the pipeline names them or not.")
  private List<String> targets = new ArrayList<>();

  @Option(names = "--all", description = "Also what is the same.")
  private boolean all;

  @Option(names = "--no-path", description = "Without the paths of the files.")
  private boolean noPath;

  String before() {
    return before;
  }

  String after() {
    return after;
  }

  List<String> targets() {
    return targets;
  }

  boolean all() {
    return all;
  }

  boolean path() {
    return !noPath;
  }
}
