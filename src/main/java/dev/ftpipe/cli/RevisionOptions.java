package dev.ftpipe.cli;

import dev.ftpipe.git.Commit;
import dev.ftpipe.history.Revisions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which revisions besides the work tree are shown, as in DVC. */
final class RevisionOptions {
  @Option(
      names = {"-a", "--all-branches"},
      description = "Also those of every branch.")
  private boolean branches;

  @Option(
      names = {"-T", "--all-tags"},
      description = "Also those of every tag.")
  private boolean tags;

  @Option(
      names = {"-A", "--all-commits"},
      description = "Also those of every commit.")
  private boolean commits;

  /** Whether only the work tree is. */
  boolean workspaceOnly() {
    return !branches && !tags && !commits;
  }

  /** The commits, each once, under the first of its names. */
  List<Commit> commits(Revisions revisions) {
    Map<String, Commit> found = new LinkedHashMap<>();
    List<Commit> all = new ArrayList<>();
    if (branches) {
      all.addAll(revisions.git().branches());
    }
    if (tags) {
      all.addAll(revisions.git().tags());
    }
    if (commits) {
      all.addAll(revisions.git().commits());
    }
    all.forEach(each -> found.putIfAbsent(each.id(), each));
    return List.copyOf(found.values());
  }
}
