package dev.ftpipe.run;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ActionKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one stage at work, on their way to where the next attempt finds them, on
 * whatever machine. They are sent beside the stage, which waits for none; of several that come
 * while one is sent, the last goes.
 */
final class StageCheckpoints implements Closeable {
  private static final String POSITION = "position";

  private final ActionKey key;
  private final Path scratch;
  private final SharedCheckpoints shared;
  private final Consumer<String> notes;

  // Guarded by this object.
  private @Nullable Kept next;
  private @Nullable Thread sender;
  private boolean ending;

  private record Kept(List<Path> parts, long position) {}

  /**
   * Nothing is brought or sent yet.
   *
   * @param scratch where the stage keeps them
   */
  StageCheckpoints(ActionKey key, Path scratch, SharedCheckpoints shared, Consumer<String> notes) {
    this.key = key;
    this.scratch = scratch;
    this.shared = shared;
    this.notes = notes;
  }

  /** An attempt at the stage. */
  interface Attempt {
    void run() throws IOException, InterruptedException;
  }

  /** Has an attempt go on from the last checkpoint, and sends those that it writes. */
  void around(Attempt attempt, StageLog log) throws IOException, InterruptedException {
    try (this) {
      bring();
      log.onCheckpoint(this::keep);
      attempt.run();
      done();
    }
  }

  /** Takes up the checkpoint of another machine, if it is further than what is here. */
  private void bring() throws IOException {
    OptionalLong found = shared.bringCheckpoint(key, scratch, position());
    if (found.isPresent()) {
      tell(found.getAsLong());
    }
  }

  private long position() throws IOException {
    Path file = scratch.resolve(POSITION);
    String text = Files.exists(file) ? Files.readString(file).strip() : "";
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private void tell(long position) throws IOException {
    AtomicFiles.write(scratch.resolve(POSITION), position + "\n");
  }

  /** A checkpoint is complete: it is sent soon. */
  private void keep(List<Path> parts, long position) {
    try {
      tell(position);
    } catch (IOException e) {
      notes.accept("the position of a checkpoint was not noted: " + IoProblem.sentence(e));
    }
    synchronized (this) {
      next = new Kept(parts, position);
      if (sender == null) {
        sender = new Thread(this::sendAll, "checkpoints");
        sender.setDaemon(true);
        sender.start();
      }
      notifyAll();
    }
  }

  private void sendAll() {
    try {
      for (Kept kept = take(); kept != null; kept = take()) {
        send(kept);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Kept take() throws InterruptedException {
    while (next == null && !ending) {
      wait();
    }
    Kept taken = next;
    next = null;
    return taken;
  }

  private void send(Kept kept) {
    try {
      shared.sendCheckpoint(key, scratch, kept.parts, kept.position);
    } catch (NoSuchFileException e) {
      // The stage has dropped it for a newer one, which comes next.
      return;
    } catch (IOException e) {
      notes.accept("a checkpoint was not sent: " + IoProblem.sentence(e));
    }
  }

  /** The stage has come to its end: what was not sent need not be. */
  private synchronized void done() {
    next = null;
  }

  /** Returns when the last one is sent: whoever ends a stage early wants it to be there. */
  @Override
  public void close() {
    Thread last;
    synchronized (this) {
      ending = true;
      last = sender;
      notifyAll();
    }
    if (last != null) {
      try {
        last.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
