package dev.ftpipe.store.remote;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Transfers work a number of times, then no more. */
final class FailingStore implements ObjectStore {
  private final ObjectStore objects;
  private final AtomicInteger left;
  private final AtomicLong received = new AtomicLong();

  FailingStore(ObjectStore objects, int transfers) {
    this.objects = objects;
    this.left = new AtomicInteger(transfers);
  }

  long received() {
    return received.get();
  }

  private void step() {
    if (left.getAndDecrement() <= 0) {
      throw FtpipeException.environment("the test ends here", null);
    }
  }

  @Override
  public String location() {
    return objects.location();
  }

  @Override
  public void list(String prefix, Consumer<Stored> each) throws IOException {
    objects.list(prefix, each);
  }

  @Override
  public Optional<Stored> find(String key) throws IOException {
    return objects.find(key);
  }

  @Override
  public Optional<byte[]> read(String key, int most) throws IOException {
    return objects.read(key, most);
  }

  @Override
  public boolean read(String key, long offset, long length, Sink sink) throws IOException {
    step();
    return objects.read(
        key,
        offset,
        length,
        bytes -> {
          received.addAndGet(bytes.remaining());
          sink.accept(bytes);
        });
  }

  @Override
  public void write(String key, byte[] bytes) throws IOException {
    objects.write(key, bytes);
  }

  @Override
  public boolean writeIfAbsent(String key, byte[] bytes) throws IOException {
    return objects.writeIfAbsent(key, bytes);
  }

  @Override
  public boolean refusesOverwrite() throws IOException {
    return objects.refusesOverwrite();
  }

  @Override
  public Upload upload(String key, Source source) throws IOException {
    Upload upload = objects.upload(key, source);
    return new Upload() {
      @Override
      public List<Piece> pieces() throws IOException {
        return upload.pieces();
      }

      @Override
      public void send(Piece piece, LongConsumer moved) throws IOException {
        step();
        upload.send(piece, moved);
      }

      @Override
      public void finish(LongConsumer moved) throws IOException {
        step();
        upload.finish(moved);
      }

      @Override
      public void abandon() throws IOException {
        upload.abandon();
      }
    };
  }

  @Override
  public void delete(Collection<String> keys) throws IOException {
    objects.delete(keys);
  }

  @Override
  public int dropUnfinished(String prefix, int olderThanHours) throws IOException {
    return objects.dropUnfinished(prefix, olderThanHours);
  }

  @Override
  public void close() {
    objects.close();
  }
}
