package dev.ftpipe.data;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes lines in one order and gives them back in another, in bounded memory. Neighbours of the new
 * order go to one bucket; a bucket that outgrows its buffer goes on in a file. So data of any size
 * is written and read in long runs, never line by line, and small data never leaves memory.
 *
 * <p>Costs 12 bytes of memory a line besides the buffers.
 */
public final class LineSpool implements Closeable {
  /** What is held in memory at once, while writing in all buckets and while reading in one. */
  private static final int MEMORY = 64 << 20;

  private static final int MAX_BUCKETS = 256;

  private final int linesPerBucket;
  private final int bufferPerBucket;
  private final List<Bucket> buckets = new ArrayList<>();
  private final long[] offsets;
  private final int[] lengths;

  /** Receives a line; the bytes are the receiver's for the call only. */
  @FunctionalInterface
  public interface Sink {
    void line(int position, byte[] bytes, int offset, int length)
        throws IOException, InterruptedException;
  }

  /**
   * Makes an empty spool.
   *
   * @param folder for the buckets' files
   * @param lines how many there can be
   * @param expectedBytes of all lines; decides the number of buckets, need not be right
   */
  public LineSpool(Path folder, int lines, long expectedBytes) throws IOException {
    Files.createDirectories(folder);
    this.offsets = new long[lines];
    this.lengths = new int[lines];
    Arrays.fill(lengths, -1);
    int count = (int) Math.max(1, Math.min(MAX_BUCKETS, 1 + expectedBytes / MEMORY));
    this.linesPerBucket = Math.max(1, (lines + count - 1) / count);
    this.bufferPerBucket = MEMORY / count;
    for (int i = 0; i < count; i++) {
      buckets.add(new Bucket(folder.resolve("bucket-" + i)));
    }
  }

  /** Adds the line that comes at {@code position} in the new order; each position at most once. */
  public void put(int position, byte[] bytes, int offset, int length) throws IOException {
    Bucket bucket = buckets.get(position / linesPerBucket);
    offsets[position] = bucket.size();
    lengths[position] = length;
    bucket.append(bytes, offset, length);
  }

  /** Gives every line that was put, in the new order. */
  public void drain(Sink sink) throws IOException, InterruptedException {
    for (int b = 0; b < buckets.size(); b++) {
      int from = Math.min(offsets.length, b * linesPerBucket);
      int to = Math.min(offsets.length, from + linesPerBucket);
      drain(buckets.get(b), from, to, sink);
    }
  }

  private void drain(Bucket bucket, int from, int to, Sink sink)
      throws IOException, InterruptedException {
    // A bucket far larger than expected is read line by line.
    boolean whole = bucket.size() <= 2L * MEMORY;
    byte[] held = whole ? bucket.read(0, (int) bucket.size()) : new byte[0];
    for (int i = from; i < to; i++) {
      if (lengths[i] < 0) {
        continue;
      }
      if (whole) {
        sink.line(i, held, (int) offsets[i], lengths[i]);
      } else {
        sink.line(i, bucket.read(offsets[i], lengths[i]), 0, lengths[i]);
      }
    }
    bucket.close();
  }

  @Override
  public void close() throws IOException {
    for (Bucket bucket : buckets) {
      bucket.close();
    }
  }

  private final class Bucket implements Closeable {
    private final Path file;
    private ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private @Nullable FileChannel channel;
    private long flushed;

    Bucket(Path file) {
      this.file = file;
    }

    long size() {
      return flushed + buffer.size();
    }

    void append(byte[] bytes, int offset, int length) throws IOException {
      if (buffer.size() > 0 && (long) buffer.size() + length > bufferPerBucket) {
        flush();
      }
      buffer.write(bytes, offset, length);
    }

    private FileChannel flush() throws IOException {
      FileChannel open = channel;
      if (open == null) {
        open =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        channel = open;
      }
      ByteBuffer out = ByteBuffer.wrap(buffer.toByteArray());
      while (out.hasRemaining()) {
        open.write(out);
      }
      flushed += out.capacity();
      buffer.reset();
      return open;
    }

    byte[] read(long offset, int length) throws IOException {
      if (flushed == 0 && offset == 0 && length == buffer.size()) {
        return buffer.toByteArray();
      }
      FileChannel open = flush();
      ByteBuffer in = ByteBuffer.allocate(length);
      while (in.hasRemaining()) {
        if (open.read(in, offset + in.position()) < 0) {
          throw new EOFException(file + " was cut short while it was in use");
        }
      }
      return in.array();
    }

    @Override
    public void close() throws IOException {
      buffer = new ByteArrayOutputStream();
      if (channel != null) {
        channel.close();
        channel = null;
        Files.deleteIfExists(file);
      }
    }
  }
}
