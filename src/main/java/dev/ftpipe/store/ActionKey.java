package dev.ftpipe.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.ftpipe.base.Digest;

/**
 * The digest of all that decides a stage's outputs. A type of its own, so that a key of the action
 * cache is never taken for the digest of some content.
 */
public record ActionKey(@JsonValue Digest digest) implements Comparable<ActionKey> {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ActionKey {
    requireNonNull(digest, "digest is null");
  }

  public static ActionKey of(String hex) {
    return new ActionKey(new Digest(hex));
  }

  public String hex() {
    return digest.hex();
  }

  @Override
  public int compareTo(ActionKey other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return hex();
  }
}
