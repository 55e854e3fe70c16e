package dev.ftpipe.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What another thread works out. */
public final class Awaited {
  private Awaited() {}

  /**
   * Waits for it.
   *
   * @throws IOException as the other thread failed; its unchecked exceptions come through as well
   * @throws FtpipeException interrupted, when this thread is
   */
  public static <T> T of(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }

  /** As {@link #of}, for work that throws nothing checked. */
  public static <T> T unchecked(Future<T> future) {
    try {
      return of(future);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
