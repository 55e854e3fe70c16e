package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import java.io.Closeable;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * An account in one region, as the SDK finds it. Options of the profile: {@code region}, {@code
 * aws_profile} (else what the environment says), {@code endpoint} (in place of Amazon's).
 */
final class Account implements Closeable {
  private static final int FORBIDDEN = 403;

  private final Map<String, String> options;
  private final Region region;
  private final AwsCredentialsProvider credentials;
  private final SdkHttpClient http = Apache5HttpClient.create();
  private final Ec2Client ec2;
  private final IamClient iam;
  private final SsmClient ssm;

  private Account(Map<String, String> options, Region region) {
    this.options = options;
    this.region = region;
    DefaultCredentialsProvider.Builder found = DefaultCredentialsProvider.builder();
    Optional.ofNullable(options.get("aws_profile")).ifPresent(found::profileName);
    this.credentials =
        new ToldCredentials(found.build(), Optional.ofNullable(options.get("aws_profile")));
    this.ec2 = built(Ec2Client.builder(), region);
    this.iam = built(IamClient.builder(), Region.AWS_GLOBAL);
    this.ssm = built(SsmClient.builder(), region);
  }

  private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C built(
      B builder, Region at) {
    builder.region(at).credentialsProvider(credentials).httpClient(http);
    endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /** The account that a profile means, in its region. */
  static Account of(Map<String, String> options) {
    return of(options, Optional.empty());
  }

  /**
   * The account that a profile means.
   *
   * @param region over that of the profile
   */
  static Account of(Map<String, String> options, Optional<String> region) {
    Optional<String> named = region.or(() -> Optional.ofNullable(options.get("region")));
    return new Account(options, named.map(Region::of).orElseGet(() -> usual(options)));
  }

  /** The metadata service is not asked: where there is none, that takes seconds. */
  private static Region usual(Map<String, String> options) {
    AwsRegionProvider chain =
        new AwsRegionProviderChain(
            new SystemSettingsRegionProvider(),
            Optional.ofNullable(options.get("aws_profile"))
                .map(name -> new AwsProfileRegionProvider(null, name))
                .orElseGet(AwsProfileRegionProvider::new));
    try {
      return chain.getRegion();
    } catch (SdkClientException e) {
      throw FtpipeException.usage(
          "no region is named: give the profile one, {provider: ec2, region: eu-west-1}, or set"
              + " AWS_REGION");
    }
  }

  Optional<URI> endpoint() {
    return Optional.ofNullable(options.get("endpoint")).map(URI::create);
  }

  String region() {
    return region.id();
  }

  AwsCredentialsProvider credentials() {
    return credentials;
  }

  SdkHttpClient http() {
    return http;
  }

  Ec2Client ec2() {
    return ec2;
  }

  IamClient iam() {
    return iam;
  }

  SsmClient ssm() {
    return ssm;
  }

  /** Does something there; what is refused is told in the words of whoever refused it. */
  static <T> T ask(String action, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw named(action, e);
    }
  }

  /**
   * Removes something, or looks for it.
   *
   * @return empty when it is not there
   */
  static <T> Optional<T> askIfThere(String action, Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (AwsServiceException e) {
      if (code(e).matches("(?i).*NotFound.*|.*NoSuchEntity.*|.*NotFoundException.*")) {
        return Optional.empty();
      }
      throw named(action, e);
    } catch (SdkException e) {
      throw named(action, e);
    }
  }

  /** The service's own word for what went wrong. */
  static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  /** What was asked for, with why it was not to be had. */
  static FtpipeException named(String action, SdkException e) {
    if (!(e instanceof AwsServiceException said)) {
      return FtpipeException.environment(action + ": " + unanswered(e), e);
    }
    String code = code(said);
    String text =
        said.awsErrorDetails() == null || said.awsErrorDetails().errorMessage() == null
            ? "refused with status " + said.statusCode() + (code.isEmpty() ? "" : ", " + code)
            : code + ": " + said.awsErrorDetails().errorMessage();
    String remedy =
        (said.statusCode() == FORBIDDEN && code.isEmpty())
                || code.matches("(?i).*(Unauthorized|AccessDenied).*")
            ? "; the account has to allow " + action + ": see 'ftpipe cloud policy'"
            : "";
    return FtpipeException.environment(action + ": " + text + remedy, e);
  }

  private static String unanswered(SdkException e) {
    for (Throwable each = e.getCause(); each != null; each = each.getCause()) {
      if (each instanceof UnknownHostException) {
        return "there is no host " + each.getMessage() + "; check the region and the network";
      }
    }
    return String.valueOf(e.getMessage());
  }

  @Override
  public void close() {
    ec2.close();
    iam.close();
    ssm.close();
    http.close();
  }
}
