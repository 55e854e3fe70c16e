package dev.ftpipe.run;

import dev.ftpipe.store.ActionKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Where an attempt at a stage leaves its checkpoint for the next one, on whatever machine. */
interface SharedCheckpoints {
  /**
   * Brings the checkpoint that another attempt at this key has left, if it is further.
   *
   * @param scratch where it goes, over what is there
   * @param position how far what is there is
   * @return how far the one that was brought is; empty when none was
   */
  OptionalLong bringCheckpoint(ActionKey key, Path scratch, long position) throws IOException;

  /** Keeps a checkpoint for whoever attempts this key next; replaces an earlier one. */
  void sendCheckpoint(ActionKey key, Path scratch, List<Path> parts, long position)
      throws IOException;

  /** The stage is done: nobody needs its checkpoint any more. */
  void dropCheckpoint(ActionKey key) throws IOException;
}
