package dev.ftpipe.store.s3;

import dev.ftpipe.store.RemoteSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedGetObjectRequest;

/**
 * Reads stretches of one object with one signature, over a connection without TLS. A request
 * through the SDK costs some milliseconds of a core for as long as the JVM has not compiled it,
 * about as much as the bytes that it brings; a stretch is not part of a signature.
 *
 * <p>An object is first asked for in the usual way, and so is whatever is not answered with just
 * the bytes that were asked for: that request knows how to try again and has the words for what is
 * wrong.
 */
final class SignedReads {
  /** A signature for a shorter stretch is not worth it. */
  private static final long LEAST = 1L << 20;

  private static final Duration VALID = Duration.ofMinutes(15);
  private static final int PARTIAL_CONTENT = 206;

  private final RemoteSettings settings;
  private final S3Location location;
  private final Set<String> served = ConcurrentHashMap.newKeySet();
  private final Map<String, Signed> signed = new ConcurrentHashMap<>();
  private final Clock clock = Clock.systemUTC();
  private final SdkHttpClient http;
  private @Nullable S3Presigner signer;
  private volatile boolean refused;

  private record Signed(SdkHttpRequest request, Instant end) {}

  SignedReads(RemoteSettings settings, S3Location location) {
    this.settings = settings;
    this.location = location;
    this.http = new UnencryptedHttp(settings);
    this.refused = !S3Clients.isUnencrypted(settings.endpoint());
  }

  /** The usual request has brought a stretch of this object. */
  void served(String key) {
    served.add(key);
  }

  /**
   * The bytes from one position to another, both included.
   *
   * @return empty when that is not the way for them
   */
  Optional<AbortableInputStream> open(String key, long first, long last) {
    if (refused || last - first + 1 < LEAST || !served.contains(key)) {
      return Optional.empty();
    }
    try {
      SdkHttpRequest request =
          signed(key).toBuilder().putHeader("Range", "bytes=" + first + "-" + last).build();
      HttpExecuteResponse answer =
          http.prepareRequest(HttpExecuteRequest.builder().request(request).build()).call();
      Optional<AbortableInputStream> body = answer.responseBody();
      if (isStretch(answer, first, last)) {
        return body;
      }
      body.ifPresent(AbortableInputStream::abort);
      refused = true;
    } catch (IOException | SdkException e) {
      // Said by the usual request, should it fail in the same way.
      refused = true;
    }
    return Optional.empty();
  }

  private static boolean isStretch(HttpExecuteResponse answer, long first, long last) {
    return answer.httpResponse().statusCode() == PARTIAL_CONTENT
        && answer
            .httpResponse()
            .firstMatchingHeader("Content-Range")
            .filter(range -> range.startsWith("bytes " + first + "-" + last + "/"))
            .isPresent();
  }

  private SdkHttpRequest signed(String key) {
    Signed known = signed.get(key);
    if (known == null || clock.instant().isAfter(known.end())) {
      known = sign(key);
    }
    return known.request();
  }

  /** Of all that want the same one, the first one signs it. */
  private synchronized Signed sign(String key) {
    Signed known = signed.get(key);
    if (known != null && clock.instant().isBefore(known.end())) {
      return known;
    }
    S3Presigner with = signer;
    if (with == null) {
      with = S3Clients.presigner(settings);
      signer = with;
    }
    PresignedGetObjectRequest made =
        with.presignGetObject(
            how ->
                how.signatureDuration(VALID)
                    .getObjectRequest(
                        what -> what.bucket(location.bucket()).key(location.key(key))));
    // Not to the last moment, as clocks differ and a request takes its time.
    Signed now = new Signed(made.httpRequest(), clock.instant().plus(VALID.dividedBy(2)));
    signed.put(key, now);
    return now;
  }

  synchronized void close() {
    if (signer != null) {
      signer.close();
    }
  }
}
