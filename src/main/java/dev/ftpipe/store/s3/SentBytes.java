package dev.ftpipe.store.s3;

import dev.ftpipe.store.ObjectStore.Source;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * Opens the same bytes for every attempt of a request. The first reading is the one that the
 * signature is made of; the later ones are those that go over the network, and are counted.
 */
final class SentBytes implements ContentStreamProvider, Closeable {
  /** The client asks for 4 KiB at a time. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final Source source;
  private final long offset;
  private final long length;
  private final LongConsumer moved;
  private @Nullable Counted current;
  private @Nullable IOException failure;
  private int openings;

  SentBytes(Source source, long offset, long length, LongConsumer moved) {
    this.source = source;
    this.offset = offset;
    this.length = length;
    this.moved = moved;
  }

  @Override
  public InputStream newStream() {
    try {
      if (current != null) {
        current.close();
        current.takeBack();
      }
      openings++;
      current =
          new Counted(
              new BufferedInputStream(source.open(offset, length), BUFFER_BYTES), openings > 1);
      return current;
    } catch (IOException e) {
      failure = e;
      throw new UncheckedIOException(e);
    }
  }

  /** Throws what went wrong in reading the source, if that is what ended the request. */
  void throwOwnFailure() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
    }
  }

  /** Tells how many bytes were taken. */
  private final class Counted extends FilterInputStream {
    private final boolean counting;
    private long taken;

    Counted(InputStream in, boolean counting) {
      super(in);
      this.counting = counting;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      int count;
      try {
        count = super.read(into, from, most);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
      if (count > 0 && counting) {
        taken += count;
        moved.accept(count);
      }
      return count;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private void takeBack() {
      if (taken > 0) {
        moved.accept(-taken);
        taken = 0;
      }
    }
  }
}
