package dev.ftpipe.store.remote;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How far a transfer is; written by its threads, read by whoever shows it. */
public final class Transfer {
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong moved = new AtomicLong();
  private final AtomicInteger objects = new AtomicInteger();
  private final AtomicLong totalBytes = new AtomicLong();
  private final AtomicInteger totalObjects = new AtomicInteger();

  /** An object has to be moved. */
  void expect(long size) {
    totalBytes.addAndGet(size);
    totalObjects.incrementAndGet();
  }

  /** Bytes went over the network; negative when they have to go again. */
  void move(long count) {
    moved.addAndGet(count);
    bytes.addAndGet(count);
  }

  /** Bytes that an earlier attempt had moved. */
  void skip(long count) {
    bytes.addAndGet(count);
  }

  void finishObject() {
    objects.incrementAndGet();
  }

  /** Bytes done, those of an earlier attempt included. */
  public long bytes() {
    return bytes.get();
  }

  /** Bytes that went over the network. */
  public long moved() {
    return moved.get();
  }

  public int objects() {
    return objects.get();
  }

  public long totalBytes() {
    return totalBytes.get();
  }

  public int totalObjects() {
    return totalObjects.get();
  }
}
