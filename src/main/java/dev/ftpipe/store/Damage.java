package dev.ftpipe.store;

import dev.ftpipe.base.Digest;
import java.util.Optional;

/**
 * Something in a store that is not what it should be.
 *
 * @param place of the object, as its users write it
 * @param blob whose bytes are lost with it
 * @param entry of the action cache that is lost with it
 * @param what is wrong, the rest of a sentence that begins with the place
 */
public record Damage(String place, Optional<Digest> blob, Optional<ActionKey> entry, String what) {
  public static Damage ofBlob(String place, Digest blob, String what) {
    return new Damage(place, Optional.of(blob), Optional.empty(), what);
  }

  public static Damage ofEntry(String place, ActionKey entry, String what) {
    return new Damage(place, Optional.empty(), Optional.of(entry), what);
  }

  /** Of something that is made again without loss, such as an index. */
  public static Damage harmless(String place, String what) {
    return new Damage(place, Optional.empty(), Optional.empty(), what);
  }
}
