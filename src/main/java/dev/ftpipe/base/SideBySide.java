package dev.ftpipe.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Does the same with many things, several at once. */
public final class SideBySide {
  private SideBySide() {}

  /** What is done with one of them. */
  public interface Work<T> {
    void on(T item) throws IOException;
  }

  /**
   * Does it with all of them; ends with the first failure.
   *
   * @throws FtpipeException interrupted, when this thread is
   */
  public static <T> void each(int atOnce, List<T> items, Work<T> work) throws IOException {
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, atOnce));
    try {
      List<Future<Boolean>> running = new ArrayList<>();
      for (int i = 0; i < Math.min(atOnce, items.size()); i++) {
        running.add(
            threads.submit(
                () -> {
                  for (int at = next.getAndIncrement();
                      at < items.size();
                      at = next.getAndIncrement()) {
                    work.on(items.get(at));
                  }
                  return true;
                }));
      }
      for (Future<Boolean> each : running) {
        Awaited.of(each);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
