package dev.ftpipe.store;

import java.util.List;

/**
 * What reading a whole store back came to.
 *
 * @param objects blobs and entries that were read and are right
 * @param bytes of those
 * @param damages in the order of their places
 */
public record Audit(int objects, long bytes, List<Damage> damages) {
  public Audit {
    damages = List.copyOf(damages);
  }
}
