package dev.ftpipe.origin;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Ends the reading of a stream on which nothing comes any more. */
final class Watch implements Closeable {
  private final InputStream stream;
  private final Duration silence;
  private final Thread thread;
  private volatile long heard = System.nanoTime();
  private volatile boolean barked;

  Watch(InputStream stream, Duration silence) {
    this.stream = stream;
    this.silence = silence;
    this.thread = new Thread(this::watch, "watch");
    thread.setDaemon(true);
    thread.start();
  }

  void alive() {
    heard = System.nanoTime();
  }

  boolean barked() {
    return barked;
  }

  private void watch() {
    try {
      while (true) {
        long left = silence.toNanos() - (System.nanoTime() - heard);
        if (left <= 0) {
          barked = true;
          stream.close();
          return;
        }
        Thread.sleep(left / 1_000_000 + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // The reader hears of it as well.
      barked = true;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
