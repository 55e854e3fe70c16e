package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException.Kind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Ctrl-C or SIGTERM, on its way from the process to the command that runs. */
public final class StopSignal {
  /** Longer than what a stage gets to write its checkpoint. */
  private static final Duration GRACE = Duration.ofSeconds(90);

  private final IntConsumer halt;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = Kind.INTERRUPTED.exitCode();
  private boolean raised;
  private @Nullable Runnable action;

  /** A signal that has not come; {@code halt} ends the process at once with an exit code. */
  public StopSignal(IntConsumer halt) {
    this.halt = halt;
  }

  /**
   * For a shutdown hook: the running command is told to end, then the process does. Returns at once
   * when the command is over; otherwise does not return.
   */
  public void endForSignal() {
    if (ended.getCount() == 0) {
      return;
    }
    raise();
    try {
      ended.await(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    halt.accept(exitCode);
  }

  /** The command is told to end. */
  synchronized void raise() {
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

  /**
   * The command has come to an end of its own, which whoever sent the signal has to hear: an engine
   * starts a node again that was interrupted.
   */
  int ended(int code) {
    exitCode = code;
    return code;
  }

  /** The command is over. */
  public void end() {
    ended.countDown();
  }
}
