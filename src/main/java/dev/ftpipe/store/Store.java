package dev.ftpipe.store;

import static java.util.Objects.requireNonNull;

/**
 * Content and actions of one place, kept apart: two kinds of keys, two kinds of trust.
 *
 * @param upkeep of both
 */
public record Store(ContentStore content, ActionCache actions, Upkeep upkeep) {
  public Store {
    requireNonNull(content, "content is null");
    requireNonNull(actions, "actions is null");
    requireNonNull(upkeep, "upkeep is null");
  }
}
