package dev.ftpipe.data;

/** Told how far a run over rows is; may end it. */
@FunctionalInterface
public interface RowMonitor {
  /**
   * Called every few thousand rows and at the end.
   *
   * @param total rows in all; 0 when unknown
   * @throws InterruptedException when the run shall end early
   */
  void rows(long done, long total) throws InterruptedException;

  /** Passes on every 4,096th count. */
  default void row(long done, long total) throws InterruptedException {
    if ((done & 0xFFF) == 0) {
      rows(done, total);
    }
  }
}
