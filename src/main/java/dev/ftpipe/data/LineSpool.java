package dev.ftpipe.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes lines in one order and writes them in another, in bounded memory. Neighbours of the new
 * order go to one bucket; a bucket that outgrows its buffer goes on in a file. So data of any size
 * is written and read in long runs, never line by line, and small data never leaves memory.
 *
 * <p>Costs 12 bytes of memory a line besides the buffers. Lines may be put by several threads; the
 * result does not depend on which came first.
 */
public final class LineSpool implements Closeable {
  /** What is held in memory at once while putting, in all buckets. */
  private static final int MEMORY = 64 << 20;

  /** What a bucket should hold; a thread holds one whole while writing. */
  private static final int BUCKET = 24 << 20;

  private static final int MAX_BUCKETS = 256;

  private final int linesPerBucket;
  private final List<SpoolBucket> buckets = new ArrayList<>();
  private final long[] offsets;
  private final int[] lengths;

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
    int count = (int) Math.max(1, Math.min(MAX_BUCKETS, 1 + expectedBytes / BUCKET));
    this.linesPerBucket = Math.max(1, (lines + count - 1) / count);
    int bufferPerBucket = MEMORY / count;
    for (int i = 0; i < count; i++) {
      buckets.add(new SpoolBucket(folder.resolve("bucket-" + i), bufferPerBucket));
    }
  }

  /** Adds the line that comes at {@code position} in the new order; each position at most once. */
  public void put(int position, byte[] bytes, int offset, int length) throws IOException {
    SpoolBucket bucket = buckets.get(position / linesPerBucket);
    lengths[position] = length;
    offsets[position] = bucket.append(bytes, offset, length);
  }

  /** Writes every line that was put, in the new order, each with a newline. */
  public void drain(OutputFile out, WorkMonitor monitor) throws IOException, InterruptedException {
    long[] starts = new long[buckets.size() + 1];
    long lines = 0;
    for (int b = 0; b < buckets.size(); b++) {
      int put = 0;
      for (int i = from(b); i < from(b + 1); i++) {
        put += lengths[i] < 0 ? 0 : 1;
      }
      starts[b + 1] = starts[b] + buckets.get(b).size() + put;
      lines += put;
    }
    long total = lines;
    AtomicLong done = new AtomicLong();
    OrderedTasks.run(
        buckets.size(),
        () -> new Drain(out.section(0), starts, done),
        () -> monitor.at("records", done.get(), total));
  }

  @Override
  public void close() throws IOException {
    for (SpoolBucket bucket : buckets) {
      bucket.close();
    }
  }

  private int from(int bucket) {
    return (int) Math.min(offsets.length, (long) bucket * linesPerBucket);
  }

  /** Writes whole buckets. */
  private final class Drain implements OrderedTasks.Worker {
    private final OutputSection out;
    private final long[] starts;
    private final AtomicLong done;
    private byte[] held = new byte[0];

    Drain(OutputSection out, long[] starts, AtomicLong done) {
      this.out = out;
      this.starts = starts;
      this.done = done;
    }

    @Override
    public void task(int number) throws IOException {
      SpoolBucket bucket = buckets.get(number);
      out.seek(starts[number]);
      // A bucket far larger than expected is read line by line.
      boolean whole = bucket.size() <= 4L * BUCKET;
      if (whole) {
        held = held.length < bucket.size() ? new byte[(int) bucket.size()] : held;
        bucket.read(0, held, (int) bucket.size());
      }
      int put = 0;
      for (int i = from(number); i < from(number + 1); i++) {
        int length = lengths[i];
        if (length < 0) {
          continue;
        }
        if (!whole) {
          held = held.length < length ? new byte[length] : held;
          bucket.read(offsets[i], held, length);
        }
        out.line(held, whole ? (int) offsets[i] : 0, length);
        put++;
      }
      done.addAndGet(put);
      bucket.close();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
