package dev.ftpipe.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A remote as the project's configuration describes it.
 *
 * @param name what the user calls it
 * @param url {@code s3://bucket/prefix}, or an absolute folder
 * @param endpoint another server than the cloud's own
 * @param region of the bucket
 * @param profile section of the shared AWS files
 * @param credentialsFile in place of {@code ~/.aws/credentials}
 * @param keys from the local configuration, in place of the SDK's chain
 * @param pathStyle whether the bucket stands in the path, not in the host's name
 * @param sse server-side encryption, such as {@code aws:kms}
 * @param kmsKey the key of {@code aws:kms}
 * @param multipartThreshold bytes up to which an object may go in one request; decided by the rate
 *     where there is none
 * @param connectSeconds patience for a connection
 * @param readSeconds patience for the next bytes
 * @param attempts how often a request is tried, pauses that grow between them
 * @param jobs transfers at once
 */
public record RemoteSettings(
    String name,
    String url,
    Optional<URI> endpoint,
    Optional<String> region,
    Optional<String> profile,
    Optional<Path> credentialsFile,
    Optional<Keys> keys,
    Optional<Boolean> pathStyle,
    Optional<String> sse,
    Optional<String> kmsKey,
    OptionalLong multipartThreshold,
    int connectSeconds,
    int readSeconds,
    int attempts,
    int jobs) {
  public static final int CONNECT_SECONDS = 10;
  public static final int READ_SECONDS = 60;
  public static final int ATTEMPTS = 7;
  public static final int JOBS = 8;

  /**
   * Credentials; their text shows no secret.
   *
   * @param session of temporary credentials
   */
  public record Keys(String id, String secret, Optional<String> session) {
    @Override
    public String toString() {
      return "keys of " + id;
    }
  }

  /** A remote with nothing set but its place. */
  public static RemoteSettings of(String name, String url) {
    return new RemoteSettings(
        name,
        url,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        CONNECT_SECONDS,
        READ_SECONDS,
        ATTEMPTS,
        JOBS);
  }
}
