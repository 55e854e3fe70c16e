package dev.ftpipe.origin;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How far a fetch is; read beside it. */
public final class Flow {
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong total = new AtomicLong();
  private final AtomicInteger files = new AtomicInteger();
  private final AtomicInteger expected = new AtomicInteger();

  void expect(long size) {
    total.addAndGet(Math.max(0, size));
    expected.incrementAndGet();
  }

  /** The size of a file that was expected without one. */
  void learn(long size) {
    total.addAndGet(size);
  }

  void come(long count) {
    bytes.addAndGet(count);
  }

  void finish() {
    files.incrementAndGet();
  }

  /** Bytes that are here, those of an earlier attempt included. */
  public long bytes() {
    return bytes.get();
  }

  /** Bytes in all, as far as that is known. */
  public long total() {
    return Math.max(total.get(), bytes.get());
  }

  public int files() {
    return files.get();
  }

  public int expected() {
    return expected.get();
  }
}
