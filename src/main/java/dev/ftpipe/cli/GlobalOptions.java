package dev.ftpipe.cli;

import dev.ftpipe.dag.Pipelines;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that stand before or after the name of a command. */
final class GlobalOptions {
  @Option(
      names = {"-C", "--directory"},
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "The project folder, or one below it (default: the current folder).")
  Path directory = Path.of("");

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Nothing but results and errors.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Also what needs no work.")
  boolean verbose;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "A stack trace with every error.")
  boolean debug;

  @Option(
      names = "--no-progress",
      scope = ScopeType.INHERIT,
      description = "No live line, also on a terminal.")
  boolean noProgress;

  @Option(
      names = "--color",
      scope = ScopeType.INHERIT,
      paramLabel = "WHEN",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}; NO_COLOR is heeded).")
  Terminal.Color color = Terminal.Color.auto;

  /** The nearest folder, upwards, that has a pipeline file; the given folder when none has. */
  Path projectRoot() {
    Path start = directory.toAbsolutePath().normalize();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path candidate = folder;
      if (Pipelines.FILE_NAMES.stream().anyMatch(name -> Files.exists(candidate.resolve(name)))) {
        return folder;
      }
    }
    return start;
  }
}
