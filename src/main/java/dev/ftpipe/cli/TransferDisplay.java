package dev.ftpipe.cli;

import dev.ftpipe.stage.Progress;
import dev.ftpipe.store.remote.Remote;
import dev.ftpipe.store.remote.Transfer;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows how far a transfer is, beside it. */
final class TransferDisplay {
  private static final int PAUSE_MILLIS = 250;
  private static final int MIB = 1 << 20;

  /** What is shown. */
  interface Work<T> {
    T run() throws IOException;
  }

  private TransferDisplay() {}

  /** Does the work with a display beside it. */
  static <T> T around(Invocation invocation, String what, Supplier<Remote> remote, Work<T> work)
      throws IOException {
    return showing(invocation, what, () -> progress(remote.get().transfer()), work);
  }

  /** How far something is; empty as long as nothing is known of it. */
  interface Far {
    Optional<Progress> now();
  }

  /** Does the work with a display of it beside it. */
  static <T> T showing(Invocation invocation, String what, Far far, Work<T> work)
      throws IOException {
    Thread thread = new Thread(() -> show(invocation, what, far), "display");
    thread.setDaemon(true);
    if (!invocation.quiet()) {
      thread.start();
    }
    try {
      return work.run();
    } finally {
      thread.interrupt();
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void show(Invocation invocation, String what, Far far) {
    @Nullable ProgressLine line = null;
    @Nullable Progress shown = null;
    try {
      while (true) {
        Thread.sleep(PAUSE_MILLIS);
        Progress progress = far.now().orElse(null);
        if (progress == null || progress.equals(shown)) {
          continue;
        }
        shown = progress;
        if (line == null) {
          line = ProgressLine.of(invocation.terminal(), what, progress);
        }
        line.show(progress);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (line != null) {
        line.close();
      }
    }
  }

  private static Optional<Progress> progress(Transfer transfer) {
    return transfer.totalObjects() == 0
        ? Optional.empty()
        : Optional.of(
            new Progress(
                transfer.bytes() / MIB,
                Math.max(1, transfer.totalBytes() / MIB),
                "MiB",
                transfer.objects() + "/" + transfer.totalObjects() + " objects"));
  }
}
