package dev.ftpipe.dag;

import java.util.Optional;

/**
 * A file or folder that a stage writes.
 *
 * @param path relative to the project, with {@code /}
 * @param cache whether its bytes are kept in the cache
 * @param persist whether it stays in place when the stage runs again
 * @param push whether {@code push} sends it
 * @param remote the remote it goes to; empty for the default one
 */
public record Output(
    String path,
    Role role,
    boolean cache,
    boolean persist,
    boolean push,
    Optional<String> remote,
    Optional<String> description) {
  /** What an output is besides a file. */
  public enum Role {
    OUT,
    METRIC,
    PLOT
  }
}
