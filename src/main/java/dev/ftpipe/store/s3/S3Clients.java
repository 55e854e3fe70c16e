package dev.ftpipe.store.s3;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.RemoteSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeProvider;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Builds the SDK's client for a remote.
 *
 * <p>Every request carries the SHA-256 of its body in the signature, over TLS as well, so that the
 * server refuses bytes that are not those that were read here. The SDK's newer check sums in
 * trailers say less and are unknown to some servers.
 */
final class S3Clients {
  private S3Clients() {}

  static S3Client connect(RemoteSettings settings) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http(settings))
            .serviceConfiguration(S3Configuration.builder().chunkedEncodingEnabled(false).build())
            .authSchemeProvider(signedPayload())
            .addPlugin(LegacyMd5Plugin.create());
    return connect(settings, builder, settings.endpoint(), retries(settings.attempts()));
  }

  /** For bodies with a check sum behind them in place of a signature; tries everything once. */
  static S3Client connectUnsigned(RemoteSettings settings) {
    Optional<URI> endpoint = settings.endpoint();
    boolean encrypted = !isUnencrypted(endpoint);
    S3ClientBuilder builder =
        S3Client.builder().httpClient(encrypted ? http(settings) : new UnencryptedHttp(settings));
    return connect(
        settings,
        builder,
        endpoint.map(at -> encrypted ? at : asIfEncrypted(at)),
        AwsRetryStrategy.doNotRetry());
  }

  private static URI asIfEncrypted(URI at) {
    int port = at.getPort() < 0 ? 80 : at.getPort();
    return URI.create("https://" + at.getHost() + ":" + port + at.getRawPath());
  }

  private static S3Client connect(
      RemoteSettings settings,
      S3ClientBuilder builder,
      Optional<URI> endpoint,
      RetryStrategy retries) {
    builder
        .credentialsProvider(credentials(settings))
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .region(region(settings))
        .overrideConfiguration(
            configuration -> {
              configuration.retryStrategy(retries);
              settings.profile().ifPresent(configuration::defaultProfileName);
            });
    endpoint.ifPresentOrElse(
        // Most other servers have no host name for each bucket.
        at -> builder.endpointOverride(at).forcePathStyle(settings.pathStyle().orElse(true)),
        () -> {
          builder.crossRegionAccessEnabled(true);
          settings.pathStyle().ifPresent(builder::forcePathStyle);
        });
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw FtpipeException.environment(
          "remote '"
              + settings.name()
              + "': AWS's files cannot be read: "
              + e.getMessage()
              + "; see ~/.aws/config and ~/.aws/credentials",
          e);
    }
  }

  private static SdkHttpClient http(RemoteSettings settings) {
    Apache5HttpClient.Builder builder =
        Apache5HttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(settings.connectSeconds()))
            .socketTimeout(Duration.ofSeconds(settings.readSeconds()))
            .maxConnections(Math.max(50, 2 * settings.jobs()));
    if (isUnencrypted(settings.endpoint())) {
      // Reading the certificates of all authorities takes a fifth of a short command; a proxy may
      // need them nevertheless.
      builder.tlsSocketStrategy(
          (socket, target, port, attachment, context) ->
              DefaultClientTlsStrategy.createSystemDefault()
                  .upgrade(socket, target, port, attachment, context));
    }
    return builder.build();
  }

  /** Signs requests that others make. */
  static S3Presigner presigner(RemoteSettings settings) {
    S3Presigner.Builder builder =
        S3Presigner.builder()
            .credentialsProvider(credentials(settings))
            .region(region(settings))
            .serviceConfiguration(
                S3Configuration.builder()
                    .pathStyleAccessEnabled(
                        settings.pathStyle().orElse(settings.endpoint().isPresent()))
                    .build());
    settings.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  private static Region region(RemoteSettings settings) {
    return settings
        .region()
        .map(Region::of)
        .orElseGet(() -> S3Regions.orDefault(settings.profile()));
  }

  static boolean isUnencrypted(Optional<URI> endpoint) {
    return endpoint.filter(at -> "http".equals(at.getScheme())).isPresent();
  }

  private static AwsCredentialsProvider credentials(RemoteSettings settings) {
    if (settings.keys().isPresent()) {
      return StaticCredentialsProvider.create(credentials(settings.keys().get()));
    }
    if (settings.credentialsFile().isPresent()) {
      ProfileFile file =
          ProfileFile.builder()
              .content(settings.credentialsFile().get())
              .type(ProfileFile.Type.CREDENTIALS)
              .build();
      ProfileCredentialsProvider.Builder builder =
          ProfileCredentialsProvider.builder().profileFile(file);
      settings.profile().ifPresent(builder::profileName);
      return builder.build();
    }
    DefaultCredentialsProvider.Builder builder = DefaultCredentialsProvider.builder();
    settings.profile().ifPresent(builder::profileName);
    return builder.build();
  }

  private static AwsCredentials credentials(RemoteSettings.Keys keys) {
    return keys.session().isPresent()
        ? AwsSessionCredentials.create(keys.id(), keys.secret(), keys.session().get())
        : AwsBasicCredentials.create(keys.id(), keys.secret());
  }

  private static S3AuthSchemeProvider signedPayload() {
    S3AuthSchemeProvider usual = S3AuthSchemeProvider.defaultProvider();
    return parameters ->
        usual.resolveAuthScheme(parameters).stream()
            .map(
                scheme ->
                    scheme.toBuilder()
                        .putSignerProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, true)
                        .build())
            .toList();
  }

  private static StandardRetryStrategy retries(int attempts) {
    // The circuit breaker counts failures of all threads together: a storm would end the command.
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(attempts)
        .backoffStrategy(
            BackoffStrategy.exponentialDelayHalfJitter(
                Duration.ofMillis(100), Duration.ofSeconds(10)))
        .throttlingBackoffStrategy(
            BackoffStrategy.exponentialDelayHalfJitter(
                Duration.ofMillis(500), Duration.ofSeconds(20)))
        .circuitBreakerEnabled(false)
        .build();
  }
}
