package dev.ftpipe.store;

import java.time.Instant;
import java.util.List;

/**
 * What of a store is dropped, or would be.
 *
 * @param results entries of the action cache
 * @param checkpoints of how many stages that nobody goes on with
 * @param blobs how many
 * @param bytes of the blobs and checkpoints
 * @param keptBlobs how many stay
 * @param keptBytes of those
 */
public record Swept(
    List<Result> results, int checkpoints, int blobs, long bytes, int keptBlobs, long keptBytes) {
  /** Nothing at all. */
  public static final Swept NOTHING = new Swept(List.of(), 0, 0, 0, 0, 0);

  public Swept {
    results = List.copyOf(results);
  }

  /** Whether there is nothing to drop; a place may still be tidied. */
  public boolean isNothing() {
    return results.isEmpty() && checkpoints == 0 && blobs == 0 && bytes == 0;
  }

  /**
   * A result that nobody refers to.
   *
   * @param outputs paths that its stage wrote; none, if the entry cannot be read
   * @param stored when it was
   */
  public record Result(ActionKey key, List<String> outputs, Instant stored) {
    public Result {
      outputs = List.copyOf(outputs);
    }
  }
}
