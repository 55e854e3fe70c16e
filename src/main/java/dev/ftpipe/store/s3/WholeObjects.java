package dev.ftpipe.store.s3;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore.Source;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Sends large objects in one request each. A server that keeps objects as files writes the parts of
 * an upload a second time when it is completed; over a fast connection one request takes half the
 * time. Only a server that compares check sums is trusted with it, as a signature over the whole
 * body would cost more time than it saves.
 */
final class WholeObjects {
  /** Below, parts take no longer; above, no server takes one request. */
  private static final long LEAST = 128L << 20;

  private static final long MOST = 5L << 30;

  /** In bytes a second; where one connection is slower, several are faster than it. */
  private static final long WORTH_ONE = 100L << 20;

  private final S3Requests requests;
  private @Nullable S3Client client;
  private boolean refused;

  WholeObjects(S3Requests requests) {
    this.requests = requests;
  }

  /**
   * Sends the object, if that is the way for it.
   *
   * @return false when nothing is there: it has to be sent in parts
   */
  synchronized boolean send(String key, Source source, Digest expected, LongConsumer moved)
      throws IOException {
    OptionalLong threshold = requests.settings().multipartThreshold();
    boolean small = threshold.isEmpty() && source.size() < LEAST;
    if (refused || small || source.size() > Math.min(MOST, threshold.orElse(MOST))) {
      return false;
    }
    S3Client unsigned = client;
    if (unsigned == null) {
      unsigned = S3Clients.connectUnsigned(requests.settings());
      client = unsigned;
      refused = !comparesChecksums();
    }
    return !refused && put(unsigned, key, source, expected, moved);
  }

  private boolean put(
      S3Client unsigned, String key, Source source, Digest expected, LongConsumer moved)
      throws IOException {
    // Whoever sets the threshold has decided.
    long worth = requests.settings().multipartThreshold().isPresent() ? 0 : WORTH_ONE;
    // A second time, should a connection have been closed that had stayed open.
    for (int attempt = 0; attempt < 2; attempt++) {
      try (CheckedBytes bytes = new CheckedBytes(source, expected, moved, worth)) {
        if (put(unsigned, key, source.size(), bytes)) {
          return true;
        }
        bytes.takeBack();
        if (bytes.isBegun()) {
          break;
        }
      }
    }
    refused = true;
    return false;
  }

  private boolean put(S3Client unsigned, String key, long size, CheckedBytes bytes) {
    PutObjectRequest request =
        requests.put(key).checksumAlgorithm(ChecksumAlgorithm.CRC32_C).build();
    RequestBody body =
        RequestBody.fromContentProvider(() -> bytes, size, "application/octet-stream");
    String said;
    try {
      said = unsigned.putObject(request, body).checksumCRC32C();
    } catch (AbortedException e) {
      throw requests.problems().of("s3:PutObject", key, e);
    } catch (SdkException e) {
      // Whatever it was: the parts that are sent now have the words for what is wrong.
      return false;
    }
    boolean confirmed = bytes.crc32c().equals(said);
    if (!confirmed) {
      delete(key);
    }
    return confirmed;
  }

  private void delete(String key) {
    requests.call(
        "s3:DeleteObject",
        key,
        () ->
            requests
                .client()
                .deleteObject(what -> what.bucket(requests.bucket()).key(requests.key(key))));
  }

  /** Asks with a small object whose check sum is wrong. */
  private boolean comparesChecksums() {
    String key = "tmp/probe-" + UUID.randomUUID();
    try {
      requests
          .client()
          .putObject(
              requests.put(key).checksumCRC32C("AAAAAA==").build(),
              RequestBody.fromBytes(new byte[] {1}));
    } catch (AbortedException e) {
      throw requests.problems().of("s3:PutObject", key, e);
    } catch (SdkException e) {
      return e instanceof S3Exception answer && answer.statusCode() == 400;
    }
    delete(key);
    return false;
  }

  synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
