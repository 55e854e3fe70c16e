package dev.ftpipe.cloud.node;

import dev.ftpipe.cloud.CloudRuns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Sends what a run says to the store, in pieces. */
final class LogShipper {
  private static final int PIECE = 1 << 20;

  private final CloudRuns runs;
  private final String id;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private long sent;
  private long heard;

  LogShipper(CloudRuns runs, String id) throws IOException {
    this.runs = runs;
    this.id = id;
    this.sent = runs.logged(id);
  }

  /** Takes all that a stream says, until it ends. */
  void drain(InputStream from) throws IOException {
    byte[] buffer = new byte[1 << 13];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      add(buffer, count);
    }
  }

  void say(String line) throws IOException {
    byte[] bytes = ("[node] " + line + "\n").getBytes(StandardCharsets.UTF_8);
    add(bytes, bytes.length);
  }

  /** Takes a line; it goes with the next {@link #send}. */
  void line(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (waiting) {
      waiting.writeBytes(bytes);
      heard += bytes.length;
    }
  }

  private void add(byte[] bytes, int count) throws IOException {
    boolean full;
    synchronized (waiting) {
      waiting.write(bytes, 0, count);
      heard += count;
      full = waiting.size() >= PIECE;
    }
    if (full) {
      send();
    }
  }

  /** Bytes that were taken so far. */
  long heard() {
    synchronized (waiting) {
      return heard;
    }
  }

  /** Sends what waits; what could not be sent waits on. */
  synchronized void send() throws IOException {
    byte[] piece;
    synchronized (waiting) {
      piece = waiting.toByteArray();
    }
    if (piece.length > 0) {
      runs.log(id, sent, piece);
      sent += piece.length;
      synchronized (waiting) {
        byte[] all = waiting.toByteArray();
        waiting.reset();
        waiting.write(all, piece.length, all.length - piece.length);
      }
    }
  }
}
