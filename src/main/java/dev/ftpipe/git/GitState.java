package dev.ftpipe.git;

import java.util.List;
import java.util.Optional;

/**
 * Where a work tree stands.
 *
 * @param revision id of the commit that is checked out; empty before the first commit
 * @param branch empty when none is checked out
 * @param changed tracked files that differ from that commit, relative to the project, sorted
 */
public record GitState(Optional<String> revision, Optional<String> branch, List<String> changed) {
  public GitState {
    changed = List.copyOf(changed);
  }
}
