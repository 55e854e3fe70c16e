package dev.ftpipe.store.s3;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore.Source;
import dev.ftpipe.store.RemoteSettings;
import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What all requests to one remote share: the client, the place, the words for failures. */
record S3Requests(
    S3Client client, S3Location location, RemoteSettings settings, S3Problems problems) {

  /** A request that may take bytes of ours along. */
  interface Sending<T> {
    T send(RequestBody body);
  }

  String bucket() {
    return location.bucket();
  }

  String key(String relative) {
    return location.key(relative);
  }

  <T> T call(String permission, String key, Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw problems.of(permission, key, e);
    }
  }

  /** Like {@link #call}, but a failure that the caller wants to look at is passed through. */
  <T> T call(String permission, String key, int passedStatus, Supplier<T> request) throws Refused {
    try {
      return request.get();
    } catch (S3Exception e) {
      if (e.statusCode() == passedStatus && !isAboutMore(e)) {
        throw new Refused(e);
      }
      throw problems.of(permission, key, e);
    } catch (SdkException e) {
      throw problems.of(permission, key, e);
    }
  }

  /**
   * Looks at an object. An answer to a HEAD request has no words: when it is a refusal, the server
   * is asked for the first byte, to learn why.
   */
  HeadObjectResponse head(String relative) throws Refused {
    try {
      return client.headObject(request -> request.bucket(bucket()).key(key(relative)));
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        throw new Refused(e);
      }
      if (e.statusCode() < 500) {
        call(
            "s3:GetObject",
            relative,
            404,
            () ->
                client.getObjectAsBytes(
                    request -> request.bucket(bucket()).key(key(relative)).range("bytes=0-0")));
      }
      throw problems.of("s3:GetObject", relative, e);
    } catch (SdkException e) {
      throw problems.of("s3:GetObject", relative, e);
    }
  }

  /** Sends a stretch of a source; what fails in reading it is the source's IOException. */
  <T> T send(
      String permission,
      String key,
      Source source,
      Stretch stretch,
      LongConsumer moved,
      Sending<T> request)
      throws IOException {
    try (SentBytes bytes = new SentBytes(source, stretch.offset(), stretch.length(), moved)) {
      try {
        return request.send(
            RequestBody.fromContentProvider(bytes, stretch.length(), "application/octet-stream"));
      } catch (SdkException e) {
        bytes.throwOwnFailure();
        throw e instanceof S3Exception refused && isGone(refused)
            ? new Gone(refused)
            : problems.of(permission, key, e);
      } catch (RuntimeException e) {
        // The signer wraps what it could not read.
        bytes.throwOwnFailure();
        throw e;
      }
    }
  }

  /** Whether there is more missing than an object: a bucket, or a user with this access key. */
  private static boolean isAboutMore(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details != null
        && ("NoSuchBucket".equals(details.errorCode())
            || "XAdminUserNotFound".equals(details.errorCode()));
  }

  private static boolean isGone(S3Exception e) {
    return e.awsErrorDetails() != null && "NoSuchUpload".equals(e.awsErrorDetails().errorCode());
  }

  /** Bytes of a source. */
  record Stretch(long offset, long length) {}

  /** The server said no in the way that the caller asked about. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(S3Exception e) {
      super(e);
    }
  }

  /** The upload is no more: somebody else finished or dropped it. */
  static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1;

    Gone(S3Exception e) {
      super(e);
    }
  }

  /** A request to write this object, with the encryption that is configured. */
  PutObjectRequest.Builder put(String relative) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder().bucket(bucket()).key(key(relative));
    settings.sse().ifPresent(request::serverSideEncryption);
    settings.kmsKey().ifPresent(request::ssekmsKeyId);
    return request;
  }

  /** Whether the tag of a part is none of its bytes, as with every key but the server's own. */
  boolean hidesDigests() {
    return settings.sse().filter(kind -> kind.startsWith("aws:kms")).isPresent();
  }

  FtpipeException problem(String sentence) {
    return FtpipeException.environment("remote '" + settings.name() + "': " + sentence, null);
  }
}
