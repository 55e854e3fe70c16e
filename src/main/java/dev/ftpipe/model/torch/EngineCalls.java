package dev.ftpipe.model.torch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The calls of the engine that are at work. When a process ends, the engine's libraries take down
 * what they hold while other threads run on: a call that is at work then dies of a segmentation
 * fault, and so does the process instead of ending with its exit code.
 */
public final class EngineCalls {
  private static final ReentrantReadWriteLock AT_WORK = new ReentrantReadWriteLock();

  private EngineCalls() {}

  /**
   * For a process that is about to end while a thread may still compute: waits for the call that is
   * at work. Later calls never return.
   *
   * @return whether nothing is at work any more
   */
  @SuppressWarnings("LockNotBeforeTry") // kept for good
  public static boolean close(Duration atMost) throws InterruptedException {
    return AT_WORK.writeLock().tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  static void begin() {
    AT_WORK.readLock().lock();
  }

  static void end() {
    AT_WORK.readLock().unlock();
  }
}
