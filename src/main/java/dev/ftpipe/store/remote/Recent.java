package dev.ftpipe.store.remote;

import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.util.List;

/** What was pushed to a remote, or pushed again, not long ago. */
public record Recent(List<Artifact> contents, List<ActionKey> entries) {
  public Recent {
    contents = List.copyOf(contents);
    entries = List.copyOf(entries);
  }
}
