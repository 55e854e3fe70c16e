package dev.ftpipe.cloud.node;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command of a run, in a process group of its own. */
final class NodeProcess {
  private static final long GRACE_MILLIS = 60_000;

  private final Process process;
  private final Thread reader;
  private boolean asked;

  private NodeProcess(Process process, Thread reader) {
    this.process = process;
    this.reader = reader;
  }

  static NodeProcess start(
      String script, Path work, Map<String, String> env, Path pid, LogShipper log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "bash", "-c", script)
            .directory(work.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(env);
    Process process = builder.start();
    Leftover.keep(pid, process.toHandle());
    process.getOutputStream().close();
    Thread reader =
        new Thread(
            () -> {
              try {
                log.drain(process.getInputStream());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "log");
    reader.setDaemon(true);
    reader.start();
    return new NodeProcess(process, reader);
  }

  /**
   * Waits for the end.
   *
   * @return the exit code; -1 when the time is over first
   */
  int await(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }

  /** Asks the group to end, unless that was done. */
  synchronized void askToEnd() throws IOException {
    if (!asked) {
      ProcessGroup.signal("TERM", group());
      asked = true;
    }
  }

  /** Asks the group to end, and ends it when it does not. */
  void end() throws IOException {
    askToEnd();
    if (await(GRACE_MILLIS) < 0) {
      ProcessGroup.signal("KILL", group());
    }
  }

  private String group() {
    return Long.toString(process.pid());
  }

  /** Waits for the last lines. */
  void finishLog() {
    try {
      reader.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
