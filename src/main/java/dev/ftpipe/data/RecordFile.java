package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A JSONL file whose lines were looked at and are all records; the forms of a record are {@code
 * {"prompt", "completion"}}, {@code {"messages": [{"role", "content"}…]}} and {@code {"input_ids":
 * […], "labels": […]?}}.
 */
public final class RecordFile {
  private static final int HEAD = 64;

  private final LineChunks chunks;

  /** Records in each chunk. */
  private final int[] counts;

  /** Bytes of the records in each chunk, without line ends. */
  private final long[] bytes;

  private final RecordPlaces places;

  private RecordFile(LineChunks chunks, RecordPlaces places) {
    this.chunks = chunks;
    this.counts = new int[chunks.count()];
    this.bytes = new long[chunks.count()];
    this.places = places;
  }

  /**
   * Looks at every line, on all cores.
   *
   * @throws FtpipeException for the first line that is not a record, with file and line number
   */
  public static RecordFile check(Source source, WorkMonitor monitor)
      throws IOException, InterruptedException {
    return check(LineChunks.of(source), monitor);
  }

  static RecordFile check(LineChunks chunks, WorkMonitor monitor)
      throws IOException, InterruptedException {
    return check(chunks, RecordPlaces.none(), monitor);
  }

  /** The same, and remembers where each record is: 12 bytes a record. */
  public static RecordFile index(Source source, WorkMonitor monitor)
      throws IOException, InterruptedException {
    return index(LineChunks.of(source), monitor);
  }

  static RecordFile index(LineChunks chunks, WorkMonitor monitor)
      throws IOException, InterruptedException {
    return check(chunks, RecordPlaces.ofChunks(chunks.count()), monitor);
  }

  private static RecordFile check(LineChunks chunks, RecordPlaces places, WorkMonitor monitor)
      throws IOException, InterruptedException {
    RecordFile file = new RecordFile(chunks, places);
    AtomicLong done = new AtomicLong();
    long total = megabytes(file.chunks.size());
    try {
      OrderedTasks.run(
          file.chunks.count(),
          () -> file.new Checker(done),
          () -> monitor.at("MB read", megabytes(done.get()), total));
    } catch (BadLine e) {
      throw file.bad(e);
    }
    return file;
  }

  /** How many records there are. */
  public long records() {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Bytes of the file. */
  public long size() {
    return chunks.size();
  }

  /** What messages call the file. */
  public String name() {
    return chunks.source().name();
  }

  /** The file itself. */
  Source source() {
    return chunks.source();
  }

  LineChunks chunks() {
    return chunks;
  }

  /** Records of a chunk. */
  int records(int chunk) {
    return counts[chunk];
  }

  /** Bytes of a chunk's records, without line ends. */
  long bytes(int chunk) {
    return bytes[chunk];
  }

  RecordPlaces places() {
    return places;
  }

  /** The error for a file whose lines are not those that were looked at. */
  FtpipeException changed() {
    return FtpipeException.pipeline(name() + ": changed while it was read; run it again");
  }

  private FtpipeException bad(BadLine e) throws IOException {
    long line = e.line();
    for (int i = 0; i < e.chunk(); i++) {
      line += counts[i];
    }
    String problem = e.problem();
    if (line == 1) {
      problem = FileGuess.known(head()).map(what -> "not JSONL: " + what).orElse(problem);
    }
    return FtpipeException.pipeline(name() + ":" + line + ": " + problem);
  }

  private ByteBuffer head() throws IOException {
    byte[] head = new byte[(int) Math.min(HEAD, size())];
    try (FileChannel channel = FileChannel.open(chunks.source().path())) {
      FileBytes.read(channel, 0, head, 0, head.length);
    }
    return ByteBuffer.wrap(head);
  }

  private static long megabytes(long count) {
    return count / 1_000_000;
  }

  private final class Checker implements OrderedTasks.Worker {
    private final LineChunks.Reader lines = chunks.reader();
    private final RecordCheck check = new RecordCheck();
    private final AtomicLong done;

    Checker(AtomicLong done) throws IOException {
      this.done = done;
    }

    @Override
    public void task(int number) throws IOException {
      lines.open(number);
      int count = 0;
      long length = 0;
      while (lines.next()) {
        count++;
        length += lines.length();
        places.add(number, lines.position(), lines.length());
        String problem = check.problem(lines.bytes(), lines.offset(), lines.length());
        if (!problem.isEmpty()) {
          throw new BadLine(number, count, problem);
        }
      }
      counts[number] = count;
      bytes[number] = length;
      done.set(Math.max(done.get(), chunks.endOf(number)));
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
