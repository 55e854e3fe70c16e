package dev.ftpipe.cloud.node;

import dev.ftpipe.cloud.CloudRuns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Sends what a run says to the store, in pieces. */
final class LogShipper {
  private static final int PIECE = 1 << 20;

  /** While the store is not reached. */
  private static final int MOST_WAITING = 64 << 20;

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
      if (add(buffer, count) >= PIECE) {
        // What cannot be sent goes with a later beat; whoever says too much meanwhile has to wait.
        StoreRetries.attempt(this::send);
        while (waiting() >= MOST_WAITING) {
          StoreRetries.done(this::send);
        }
      }
    }
  }

  /** Takes a line of the node's own. */
  void say(String line) {
    line("[node] " + line);
  }

  /** Takes a line; it goes with the next {@link #send}. */
  void line(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    add(bytes, bytes.length);
  }

  /** How much waits now. */
  private int add(byte[] bytes, int count) {
    synchronized (waiting) {
      waiting.write(bytes, 0, count);
      heard += count;
      return waiting.size();
    }
  }

  private int waiting() {
    synchronized (waiting) {
      return waiting.size();
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
    for (byte[] piece = next(); piece.length > 0; piece = next()) {
      runs.log(id, sent, piece);
      sent += piece.length;
      synchronized (waiting) {
        byte[] all = waiting.toByteArray();
        waiting.reset();
        waiting.write(all, piece.length, all.length - piece.length);
      }
    }
  }

  private byte[] next() {
    synchronized (waiting) {
      byte[] all = waiting.toByteArray();
      return all.length <= PIECE ? all : Arrays.copyOf(all, PIECE);
    }
  }
}
