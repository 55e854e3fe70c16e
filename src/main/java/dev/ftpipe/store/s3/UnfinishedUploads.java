package dev.ftpipe.store.s3;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Uploads that were begun and not finished. The server is asked once; where it or its policy does
 * not tell, everything is sent anew.
 */
final class UnfinishedUploads {
  private final S3Requests requests;
  private @Nullable Map<String, MultipartUpload> known;

  UnfinishedUploads(S3Requests requests) {
    this.requests = requests;
  }

  /** The latest upload of this key. */
  synchronized Optional<String> of(String key) {
    if (known == null) {
      Map<String, MultipartUpload> found = new HashMap<>();
      try {
        requests
            .client()
            .listMultipartUploadsPaginator(
                request -> request.bucket(requests.bucket()).prefix(requests.key("")))
            .uploads()
            .forEach(each -> found.merge(each.key(), each, UnfinishedUploads::later));
      } catch (S3Exception e) {
        if (e.statusCode() >= 500 && e.statusCode() != 501) {
          throw requests.problems().of("s3:ListBucketMultipartUploads", "", e);
        }
      } catch (SdkException e) {
        throw requests.problems().of("s3:ListBucketMultipartUploads", "", e);
      }
      known = found;
    }
    return Optional.ofNullable(known.get(requests.key(key))).map(MultipartUpload::uploadId);
  }

  private static MultipartUpload later(MultipartUpload a, MultipartUpload b) {
    return begun(b).isAfter(begun(a)) ? b : a;
  }

  private static Instant begun(MultipartUpload upload) {
    return upload.initiated() == null ? Instant.EPOCH : upload.initiated();
  }

  /** The parts that the server has; empty when it does not tell or the upload is gone. */
  Optional<Map<Integer, Part>> parts(String key, String id) {
    Map<Integer, Part> parts = new HashMap<>();
    try {
      requests
          .client()
          .listPartsPaginator(
              request -> request.bucket(requests.bucket()).key(requests.key(key)).uploadId(id))
          .parts()
          .forEach(part -> parts.put(part.partNumber(), part));
      return Optional.of(parts);
    } catch (S3Exception e) {
      if (e.statusCode() >= 500 && e.statusCode() != 501) {
        throw requests.problems().of("s3:ListMultipartUploadParts", key, e);
      }
      return Optional.empty();
    } catch (SdkException e) {
      throw requests.problems().of("s3:ListMultipartUploadParts", key, e);
    }
  }

  /** Bytes of an object; empty when there is none. */
  Optional<Long> sizeOf(String key) {
    try {
      return Optional.of(requests.head(key).contentLength());
    } catch (S3Requests.Refused e) {
      return Optional.empty();
    }
  }

  void drop(String key, String id) {
    abort(requests.key(key), id);
  }

  private void abort(String fullKey, String id) {
    try {
      requests.call(
          "s3:AbortMultipartUpload",
          requests.location().relative(fullKey),
          404,
          () ->
              requests
                  .client()
                  .abortMultipartUpload(
                      request -> request.bucket(requests.bucket()).key(fullKey).uploadId(id)));
    } catch (S3Requests.Refused e) {
      // Somebody else dropped or finished it.
      return;
    }
  }

  /** Removes uploads that were begun longer ago. */
  int drop(String prefix, int olderThanHours) {
    Instant limit = Instant.now().minus(olderThanHours, ChronoUnit.HOURS);
    int dropped = 0;
    for (MultipartUpload each :
        requests.call(
            "s3:ListBucketMultipartUploads",
            prefix,
            () ->
                requests
                    .client()
                    .listMultipartUploadsPaginator(
                        request -> request.bucket(requests.bucket()).prefix(requests.key(prefix)))
                    .uploads()
                    .stream()
                    .toList())) {
      if (!begun(each).isAfter(limit)) {
        abort(each.key(), each.uploadId());
        dropped++;
      }
    }
    return dropped;
  }
}
