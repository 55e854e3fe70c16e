package dev.ftpipe.store;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A store on this machine as a whole: all that it holds is read back, and what nobody refers to is
 * dropped. What is not the store's own, whatever its name, is left alone.
 */
public interface Upkeep {
  /**
   * Reads everything back and changes nothing.
   *
   * @param read hears how many bytes were read; called by several threads
   */
  Audit audit(LongConsumer read) throws IOException;

  /** Drops what was found damaged, so that it counts as absent from now on. */
  void discard(Collection<Damage> damages) throws IOException;

  /** Entries of the action cache that were written at this moment or later. */
  List<ActionKey> entriesSince(Instant moment) throws IOException;

  /**
   * What {@link #sweep} would drop.
   *
   * @param since objects of this moment and later stay, needed or not
   */
  Swept survey(Needed needed, Instant since) throws IOException;

  /**
   * Drops what nobody needs; packs that hold other blobs as well are written anew without it. Not
   * for use while another process of this machine writes to the store: what that holds open stays.
   *
   * @param since objects of this moment and later stay, needed or not
   */
  Swept sweep(Needed needed, Instant since) throws IOException;
}
