package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A process that a stage runs in, with all that it starts. It ends when the stage is stopped or its
 * time is up: TERM, a grace, KILL.
 */
final class ChildProcess {
  private static final long POLL_MILLIS = 50;
  // A process in the background may hold the pipe open after its parent has ended: what was written
  // before is there at once, and what comes later is not the stage's.
  private static final long LAST_LINES_MILLIS = 100;

  private final Process process;
  private final List<Thread> readers = new ArrayList<>();
  private final AtomicLong linesRead = new AtomicLong();

  private ChildProcess(Process process) {
    this.process = process;
  }

  static ChildProcess start(ProcessBuilder builder) {
    try {
      return new ChildProcess(builder.start());
    } catch (IOException e) {
      throw FtpipeException.environment(
          "cannot start " + builder.command().get(0) + ": " + IoProblem.sentence(e), e);
    }
  }

  OutputStream stdin() {
    return process.getOutputStream();
  }

  /** Ends a process that nobody has asked for anything yet. */
  void abandon() {
    process.destroyForcibly();
  }

  ChildProcess onOutput(Consumer<String> lines) {
    return read(process.getInputStream(), "stdout", lines);
  }

  ChildProcess onError(Consumer<String> lines) {
    return read(process.getErrorStream(), "stderr", lines);
  }

  private ChildProcess read(InputStream in, String name, Consumer<String> lines) {
    Consumer<String> counted =
        line -> {
          lines.accept(line);
          linesRead.incrementAndGet();
        };
    Thread reader = new Thread(() -> Lines.forEach(in, counted), name + " of " + process.pid());
    reader.setDaemon(true);
    reader.start();
    readers.add(reader);
    return this;
  }

  /**
   * Waits for the process to end.
   *
   * @param grace between TERM and KILL
   * @return its exit code, 128 + n when signal n ended it
   * @throws InterruptedException when it was stopped
   * @throws FtpipeException when its time was up
   */
  int await(StopSignal stop, Deadline deadline, Duration grace) throws InterruptedException {
    boolean asked = false;
    long killAt = Long.MAX_VALUE;
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        if (!asked && (stop.requested() || deadline.passed())) {
          asked = true;
          killAt = now + grace.toNanos();
          family().forEach(ProcessHandle::destroy);
        } else if (asked && (stop.urgent() || now - killAt >= 0)) {
          family().forEach(ProcessHandle::destroyForcibly);
        }
      }
    } finally {
      // One that has ended has no descendants any more, and looking for them takes a while.
      if (asked || process.isAlive()) {
        family().forEach(ProcessHandle::destroyForcibly);
      }
    }
    awaitLastLines();
    int exit = process.exitValue();
    if (stop.requested() || endedByCtrlC(exit, stop)) {
      throw new InterruptedException("stopped");
    }
    if (asked) {
      throw FtpipeException.pipeline("timed out after " + deadline);
    }
    return exit;
  }

  private void awaitLastLines() throws InterruptedException {
    for (Thread reader : readers) {
      long before;
      do {
        before = linesRead.get();
        reader.join(LAST_LINES_MILLIS);
      } while (reader.isAlive() && linesRead.get() > before);
    }
  }

  // Ctrl-C reaches the children of a terminal at the same time as it reaches us.
  private static boolean endedByCtrlC(int exit, StopSignal stop) throws InterruptedException {
    if (exit != 130 && exit != 143) {
      return false;
    }
    for (int i = 0; i < 5 && !stop.requested(); i++) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return stop.requested();
  }

  // Children before their parents: a parent that dies first hides its children from us.
  private List<ProcessHandle> family() {
    List<ProcessHandle> family = new ArrayList<>();
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      descendants.forEach(family::add);
    }
    if (process.isAlive()) {
      family.add(process.toHandle());
    }
    return family;
  }
}
