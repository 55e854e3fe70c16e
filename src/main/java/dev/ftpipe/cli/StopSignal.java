package dev.ftpipe.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ctrl-C or SIGTERM, on its way from the process to the command that runs. */
public final class StopSignal {
  /** Longer than what a stage gets to write its checkpoint. */
  private static final Duration GRACE = Duration.ofSeconds(90);

  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean raised;
  private @Nullable Runnable action;

  /** The process was told to end. */
  public synchronized void raise() {
    raised = true;
    if (action != null) {
      action.run();
    }
  }

  /** What to do on a signal; done at once when it came already. */
  synchronized void onRaise(Runnable action) {
    this.action = action;
    if (raised) {
      action.run();
    }
  }

  /** The command is over. */
  public void end() {
    ended.countDown();
  }

  /** Whether the command is over. */
  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Waits until the command is over, but not for ever. */
  public void awaitEnd() {
    try {
      ended.await(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
