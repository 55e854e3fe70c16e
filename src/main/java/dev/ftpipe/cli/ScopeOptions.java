package dev.ftpipe.cli;

import dev.ftpipe.git.GitStatus;
import dev.ftpipe.history.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is kept, as in DVC. */
final class ScopeOptions {
  @Option(
      names = {"-w", "--workspace"},
      description = "Keep what the work tree's pipeline.lock refers to; always so.")
  private boolean workspace;

  @Option(
      names = {"-a", "--all-branches"},
      description = "Keep what branches refer to, those of other clones as last fetched, too.")
  private boolean branches;

  @Option(
      names = {"-T", "--all-tags"},
      description = "Keep what tags refer to.")
  private boolean tags;

  @Option(
      names = {"-A", "--all-commits"},
      description = "Keep what any commit refers to.")
  private boolean commits;

  @Option(
      names = "--rev",
      paramLabel = "REV",
      description = "Keep what this revision refers to; may be repeated.")
  private List<String> revisions = new ArrayList<>();

  @Option(
      names = {"--runs", "--all-experiments"},
      description = "Keep what the recorded runs made.")
  private boolean runs;

  @Option(
      names = {"-p", "--projects"},
      paramLabel = "DIR",
      description = "Keep what this project needs, which shares the cache; may be repeated.")
  private List<Path> projects = new ArrayList<>();

  /** With nothing named, everything that has a name is kept. */
  Retention.Scope scope(Path root) throws IOException {
    boolean named = workspace || branches || tags || commits || runs || !revisions.isEmpty();
    boolean inGit = !named && GitStatus.isIn(root);
    return new Retention.Scope(
        branches || inGit, tags || inGit, commits, revisions, runs || !named, projects);
  }

  boolean hasProjects() {
    return !projects.isEmpty();
  }
}
