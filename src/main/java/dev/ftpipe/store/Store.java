package dev.ftpipe.store;

import static java.util.Objects.requireNonNull;

/** Content and actions of one place, kept apart: two kinds of keys, two kinds of trust. */
public record Store(ContentStore content, ActionCache actions) {
  public Store {
    requireNonNull(content, "content is null");
    requireNonNull(actions, "actions is null");
  }
}
