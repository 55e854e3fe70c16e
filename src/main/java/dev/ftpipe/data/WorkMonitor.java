package dev.ftpipe.data;

/** Told how far a long run is; may end it. Called by the thread that started the run, no other. */
@FunctionalInterface
public interface WorkMonitor {
  /**
   * Called several times a second and at the end of each phase.
   *
   * @param unit what is counted, in the plural; a new one begins a new phase
   * @param total units in all; 0 when unknown
   * @throws InterruptedException when the run shall end early
   */
  void at(String unit, long done, long total) throws InterruptedException;
}
