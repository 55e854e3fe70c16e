package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Writes the records of an indexed file in another order. */
public final class RecordShuffle {
  private static final int MAX_RECORDS = Integer.MAX_VALUE - 8;

  /** A file up to this is taken to stay in memory that the system has to spare. */
  private static final long SURELY_CACHED = 2L << 30;

  /** Records that one thread copies at a time. */
  private static final int BLOCK = 1 << 10;

  private final RecordFile file;
  private final int[] order;
  private final long[] positions;
  private final int[] lengths;

  /**
   * A new order of a file's records.
   *
   * @param order for each place the record that comes there
   */
  public RecordShuffle(RecordFile file, int[] order) {
    this.file = file;
    this.order = order;
    this.positions = file.places().positions();
    this.lengths = file.places().lengths();
  }

  /**
   * How many records a file holds.
   *
   * @throws FtpipeException when they are more than can be shuffled
   */
  public static int records(RecordFile file) {
    long records = file.records();
    if (records > MAX_RECORDS) {
      throw FtpipeException.pipeline(
          file.name() + ": " + records + " records; at most " + MAX_RECORDS + " can be shuffled");
    }
    return (int) records;
  }

  /**
   * Writes the records of the places {@code from} to {@code to}, the latter not included.
   *
   * @param scratch a folder for temporary files
   */
  public void write(int from, int to, OutputFile out, Path scratch, WorkMonitor monitor)
      throws IOException, InterruptedException {
    if (file.size() <= SURELY_CACHED || file.size() <= memory() / 2) {
      gather(from, to, out, monitor);
    } else {
      scatter(from, to, out, scratch, monitor);
    }
  }

  /** Takes the records one by one from wherever they are: quick where the file is in memory. */
  void gather(int from, int to, OutputFile out, WorkMonitor monitor)
      throws IOException, InterruptedException {
    int blocks = (int) (((long) to - from + BLOCK - 1) / BLOCK);
    long[] starts = new long[blocks + 1];
    for (int i = from; i < to; i++) {
      starts[(i - from) / BLOCK + 1] += lengths[order[i]] + 1L;
    }
    Arrays.parallelPrefix(starts, Long::sum);
    AtomicLong done = new AtomicLong();
    OrderedTasks.run(
        blocks,
        () -> new Gatherer(from, to, out.section(0), starts, done),
        () -> monitor.at("records", done.get(), (long) to - from));
  }

  /** Reads the file in its own order and sorts through a spool: long runs only. */
  void scatter(int from, int to, OutputFile out, Path scratch, WorkMonitor monitor)
      throws IOException, InterruptedException {
    int[] places = new int[order.length];
    Arrays.fill(places, -1);
    long bytes = 0;
    for (int i = from; i < to; i++) {
      places[order[i]] = i - from;
      bytes += lengths[order[i]];
    }
    int blocks = (int) (((long) places.length + BLOCK - 1) / BLOCK);
    AtomicLong done = new AtomicLong();
    try (LineSpool spool = new LineSpool(scratch, to - from, bytes)) {
      OrderedTasks.run(
          blocks,
          () -> new Scatterer(spool, places, done),
          () -> monitor.at("records sorted", done.get(), (long) to - from));
      spool.drain(out, monitor);
    }
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  private final class Gatherer implements OrderedTasks.Worker {
    private final int from;
    private final int to;
    private final OutputSection out;
    private final long[] starts;
    private final AtomicLong done;

    /** Each thread its own: they would wait for each other inside one. */
    private final FileChannel channel = FileChannel.open(file.source().path());

    Gatherer(int from, int to, OutputSection out, long[] starts, AtomicLong done)
        throws IOException {
      this.from = from;
      this.to = to;
      this.out = out;
      this.starts = starts;
      this.done = done;
    }

    @Override
    public void task(int number) throws IOException {
      int first = from + number * BLOCK;
      int last = (int) Math.min(to, (long) first + BLOCK);
      out.seek(starts[number]);
      try {
        for (int i = first; i < last; i++) {
          out.line(channel, positions[order[i]], lengths[order[i]]);
        }
      } catch (EOFException e) {
        throw file.changed();
      }
      done.addAndGet(last - first);
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        out.close();
      }
    }
  }

  private final class Scatterer implements OrderedTasks.Worker {
    private final LineSpool spool;
    private final int[] places;
    private final AtomicLong done;
    private final FileChannel channel = FileChannel.open(file.source().path());
    private byte[] line = new byte[1 << 12];

    Scatterer(LineSpool spool, int[] places, AtomicLong done) throws IOException {
      this.spool = spool;
      this.places = places;
      this.done = done;
    }

    @Override
    public void task(int number) throws IOException {
      int first = number * BLOCK;
      int last = (int) Math.min(places.length, (long) first + BLOCK);
      int put = 0;
      for (int i = first; i < last; i++) {
        if (places[i] >= 0) {
          line = line.length < lengths[i] ? new byte[lengths[i]] : line;
          FileBytes.read(channel, positions[i], line, 0, lengths[i]);
          spool.put(places[i], line, 0, lengths[i]);
          put++;
        }
      }
      done.addAndGet(put);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
