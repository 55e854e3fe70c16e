package dev.ftpipe.run;

import java.util.List;
import java.util.Optional;

/**
 * What {@code repro} would do with a stage.
 *
 * @param changes why, the most telling first; empty when up to date
 * @param key the stage's key, when its inputs are known
 */
public record StageStatus(String name, State state, List<Change> changes, Optional<String> key) {
  /** The states of a stage. */
  public enum State {
    /** Lock, inputs and outputs agree. */
    UP_TO_DATE,
    /** The same key was run before: its outputs come from the cache. */
    CACHED,
    /** It has to run. */
    CHANGED,
    /** A stage before it has to run first, so its inputs are not known yet. */
    WAITS,
    /** Frozen: left as it is. */
    FROZEN
  }
}
