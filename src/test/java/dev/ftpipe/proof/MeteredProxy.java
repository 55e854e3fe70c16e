package dev.ftpipe.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Hands bytes on between a client and a server, no faster than a rate, and counts them. */
final class MeteredProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  final AtomicLong sent = new AtomicLong();
  final AtomicLong received = new AtomicLong();

  private final URI upstream;
  private final long bytesPerMilli;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  MeteredProxy(URI upstream, long bytesPerMilli) throws IOException {
    this.upstream = upstream;
    this.bytesPerMilli = bytesPerMilli;
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket target = new Socket(upstream.getHost(), upstream.getPort());
        threads.execute(() -> relay(client, target, sent));
        threads.execute(() -> relay(target, client, received));
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Until one of them hangs up, then the other one does too. */
  private void relay(Socket from, Socket to, AtomicLong count) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        count.addAndGet(length);
        pass(length);
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // Killed: that is what the test does.
      return;
    }
  }

  private synchronized void pass(int length) {
    try {
      TimeUnit.NANOSECONDS.sleep(length * 1_000_000L / bytesPerMilli);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
