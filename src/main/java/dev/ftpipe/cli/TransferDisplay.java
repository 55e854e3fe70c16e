package dev.ftpipe.cli;

import dev.ftpipe.stage.Progress;
import dev.ftpipe.store.remote.Remote;
import dev.ftpipe.store.remote.Transfer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows how far a transfer is, beside it. */
final class TransferDisplay implements AutoCloseable {
  private static final int PAUSE_MILLIS = 250;
  private static final int MIB = 1 << 20;

  private final Thread thread;

  private TransferDisplay(Thread thread) {
    this.thread = thread;
  }

  static TransferDisplay of(Invocation invocation, String what, Supplier<Remote> remote) {
    Thread thread = new Thread(() -> show(invocation, what, remote), "display");
    thread.setDaemon(true);
    if (!invocation.quiet()) {
      thread.start();
    }
    return new TransferDisplay(thread);
  }

  private static void show(Invocation invocation, String what, Supplier<Remote> remote) {
    @Nullable ProgressLine line = null;
    try {
      while (true) {
        Thread.sleep(PAUSE_MILLIS);
        Transfer transfer = remote.get().transfer();
        if (transfer.totalObjects() == 0) {
          continue;
        }
        Progress progress =
            new Progress(
                transfer.bytes() / MIB,
                Math.max(1, transfer.totalBytes() / MIB),
                "MiB",
                transfer.objects() + "/" + transfer.totalObjects() + " objects");
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

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
