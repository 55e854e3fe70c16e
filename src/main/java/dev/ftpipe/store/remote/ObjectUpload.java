package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Sends one object with several threads. Its bytes are hashed beside that, and the object becomes
 * visible only if they have the digest that they should have.
 */
final class ObjectUpload {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Digest expected;
  private final ObjectStore.Source source;
  private final Upload upload;
  private final Transfer transfer;
  private final Consumer<Digest> damaged;
  private final Workers.Task done;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong told = new AtomicLong();
  private volatile boolean sound;

  /**
   * An upload to be begun.
   *
   * @param damaged hears the digest that the bytes have when it is not the expected one
   * @param done runs when the object is there
   */
  ObjectUpload(
      Digest expected,
      ObjectStore.Source source,
      Upload upload,
      Transfer transfer,
      Consumer<Digest> damaged,
      Workers.Task done) {
    this.expected = expected;
    this.source = source;
    this.upload = upload;
    this.transfer = transfer;
    this.damaged = damaged;
    this.done = done;
  }

  /**
   * Sends all at once if that is the way; otherwise hands all pieces to the workers, and whoever
   * ends the last one finishes the object.
   */
  void submitTo(Workers workers, WholeSends whole) throws IOException {
    if (whole.send(() -> upload.sendWhole(expected, this::moved))) {
      finished();
      return;
    }
    List<Upload.Piece> pieces = upload.pieces();
    open.set(pieces.size() + 1);
    workers.submit(
        () -> {
          check();
          end();
        });
    for (Upload.Piece piece : pieces) {
      workers.submit(
          () -> {
            send(piece);
            end();
          });
    }
  }

  private void send(Upload.Piece piece) throws IOException {
    AtomicLong moved = new AtomicLong();
    upload.send(
        piece,
        count -> {
          moved.addAndGet(count);
          moved(count);
        });
    skipped(piece.length() - moved.get());
  }

  private void moved(long count) {
    told.addAndGet(count);
    transfer.move(count);
  }

  private void skipped(long count) {
    told.addAndGet(count);
    transfer.skip(count);
  }

  /** What did not travel, as it was compressed, is done as well. */
  private void finished() throws IOException {
    skipped(source.size() - told.get());
    done.run();
  }

  private void check() throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = source.open(0, source.size())) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    }
    Digest found = Digest.finish(sha256);
    sound = found.equals(expected);
    if (!sound) {
      damaged.accept(found);
    }
  }

  private void end() throws IOException {
    if (open.decrementAndGet() > 0) {
      return;
    }
    if (sound) {
      upload.finish(this::moved);
      finished();
    } else {
      upload.abandon();
    }
  }
}
