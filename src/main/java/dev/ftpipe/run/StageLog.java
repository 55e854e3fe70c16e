package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.stage.Progress;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one stage says: to its log file, which is made with the first line, to the listener, and the
 * last lines for a failure.
 */
final class StageLog implements AutoCloseable, StageEvents {
  private static final int TAIL = 20;
  private static final int LONGEST_NAME = 100;

  /** Characters that a log file holds at most, but for the last lines. */
  private static final long LARGEST = 16 << 20;

  private final String stage;
  private final Path file;
  private final RunListener listener;
  private volatile Keeper keeper = (parts, position) -> {};
  private final Deque<String> tail = new ArrayDeque<>();
  private @Nullable BufferedWriter writer;
  private boolean open = true;
  private long characters;
  private long leftOut;
  private boolean ended;

  /** Hears of checkpoints. */
  interface Keeper {
    void checkpoint(List<Path> parts, long position);
  }

  StageLog(String stage, Path folder, RunListener listener) throws IOException {
    this.stage = stage;
    this.listener = listener;
    this.file = file(folder, stage);
    // A new file: a run record may have given the earlier one a name of its own.
    Files.deleteIfExists(file);
  }

  static Path file(Path folder, String stage) {
    String name = stage.replaceAll("[^A-Za-z0-9._@-]", "_");
    if (!name.equals(stage) || name.length() > LONGEST_NAME) {
      // Stages that run side by side must not share a log because their names look alike.
      name =
          name.substring(0, Math.min(name.length(), LONGEST_NAME)) + "-" + Digest.of(stage).brief();
    }
    return folder.resolve(name + ".log");
  }

  @Override
  public synchronized void log(String line) {
    if (ended) {
      // From a process in the background that the stage left behind.
      return;
    }
    tail.addLast(line);
    if (tail.size() > TAIL) {
      tail.removeFirst();
    }
    if (characters > LARGEST) {
      leftOut++;
    } else if (open) {
      write(line);
    }
    listener.output(stage, line);
  }

  // A log that cannot be written (disk full) must not hide how the stage itself fares.
  private void write(String line) {
    try {
      BufferedWriter out = writer;
      if (out == null) {
        out = Files.newBufferedWriter(file);
        writer = out;
      }
      out.write(line);
      out.newLine();
      out.flush();
      characters += line.length() + 1;
    } catch (IOException e) {
      open = false;
      listener.output(stage, "the log ends here: " + IoProblem.writing(file, e).getMessage());
    }
  }

  @Override
  public void progress(Progress progress) {
    listener.progress(stage, progress);
  }

  @Override
  public void checkpoint(List<Path> parts, long position) {
    keeper.checkpoint(parts, position);
  }

  /** Who hears of checkpoints from now on. */
  void onCheckpoint(Keeper next) {
    keeper = next;
  }

  synchronized List<String> tail() {
    return List.copyOf(tail);
  }

  /** The file; empty when the stage said nothing. */
  synchronized Optional<Path> written() {
    return writer == null ? Optional.empty() : Optional.of(file);
  }

  @Override
  public synchronized void close() throws IOException {
    ended = true;
    if (open && leftOut > 0) {
      write("… a log holds 16 MiB: " + leftOut + " lines are left out, these are the last");
      tail.forEach(this::write);
    }
    open = false;
    if (writer != null) {
      writer.close();
    }
  }
}
