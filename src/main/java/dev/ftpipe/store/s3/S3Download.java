package dev.ftpipe.store.s3;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore.Sink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads a stretch of an object; after a break it goes on from the byte that it has got to. */
final class S3Download {
  private static final int BUFFER_BYTES = 1 << 17;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final S3Requests requests;
  private final SignedReads reads;
  private final String key;
  private final long offset;
  private final long length;
  private final Sink sink;
  private final byte[] buffer;
  private long received;

  S3Download(
      S3Requests requests, SignedReads reads, String key, long offset, long length, Sink sink) {
    this.requests = requests;
    this.reads = reads;
    this.key = key;
    this.offset = offset;
    this.length = length;
    this.sink = sink;
    this.buffer = new byte[(int) Math.max(1, Math.min(BUFFER_BYTES, length))];
  }

  /** Returns false when there is no such object. */
  boolean run() throws IOException {
    int breaks = 0;
    while (true) {
      long before = received;
      IOException broken;
      boolean isAtEnd = false;
      try {
        AbortableInputStream in = open();
        try {
          broken = pump(in);
          isAtEnd = received == length && in.read() < 0;
        } finally {
          // Closing reads to the end, which keeps the connection; what is not wanted is cut off.
          if (isAtEnd) {
            in.close();
          } else {
            in.abort();
          }
        }
      } catch (S3Requests.Refused e) {
        return false;
      }
      if (received == length) {
        return true;
      }
      breaks = received > before ? 1 : breaks + 1;
      if (breaks >= requests.settings().attempts()) {
        throw FtpipeException.environment(
            "remote '"
                + requests.settings().name()
                + "': "
                + requests.location()
                + key
                + " ends after "
                + (offset + received)
                + " bytes, again and again: "
                + broken.getMessage(),
            broken);
      }
      pause(breaks);
    }
  }

  private AbortableInputStream open() throws S3Requests.Refused {
    long from = offset + received;
    Optional<AbortableInputStream> signed = reads.open(key, from, offset + length - 1);
    return signed.isPresent() ? signed.get() : ask(from);
  }

  private AbortableInputStream ask(long from) throws S3Requests.Refused {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(requests.bucket())
            .key(requests.key(key))
            .range("bytes=" + from + "-" + (offset + length - 1))
            .build();
    ResponseInputStream<GetObjectResponse> in =
        requests.call("s3:GetObject", key, 404, () -> requests.client().getObject(request));
    boolean partial = in.response().contentRange() != null;
    if (!partial && from > 0) {
      in.abort();
      throw requests.problem("the server does not support byte ranges, which ftpipe needs");
    }
    if (partial) {
      reads.served(key);
    }
    return AbortableInputStream.create(in, in);
  }

  /** Returns what broke it off. */
  private IOException pump(InputStream in) throws IOException {
    while (received < length) {
      int count;
      try {
        count = in.read(buffer, 0, (int) Math.min(buffer.length, length - received));
      } catch (IOException e) {
        return e;
      } catch (AbortedException e) {
        throw FtpipeException.interrupted("interrupted");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw FtpipeException.interrupted("interrupted");
      }
      if (count < 0) {
        break;
      }
      sink.accept(ByteBuffer.wrap(buffer, 0, count));
      received += count;
    }
    return new IOException("the answer was shorter than asked for");
  }

  private static void pause(int breaks) {
    try {
      Thread.sleep(FIRST_PAUSE.multipliedBy(1L << breaks).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }
}
