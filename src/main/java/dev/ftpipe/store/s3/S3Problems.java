package dev.ftpipe.store.s3;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.MissingCredentials;
import dev.ftpipe.store.RemoteSettings;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the SDK throws, as a sentence that says what is wrong and what to do. */
final class S3Problems {
  private final RemoteSettings settings;
  private final S3Location location;

  S3Problems(RemoteSettings settings, S3Location location) {
    this.settings = settings;
    this.location = location;
  }

  /**
   * An error of the environment.
   *
   * @param permission what the request needs, such as {@code s3:GetObject}
   * @param key of the object, or a prefix
   */
  FtpipeException of(String permission, String key, SdkException e) {
    if (e instanceof AbortedException) {
      return FtpipeException.interrupted("interrupted");
    }
    String reason =
        e instanceof AwsServiceException answer
            ? answered(permission, key, answer)
            : unanswered(permission, key, e);
    return FtpipeException.environment("remote '" + settings.name() + "': " + reason, e);
  }

  private String answered(String permission, String key, AwsServiceException e) {
    @Nullable AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null || details.errorCode() == null ? "" : details.errorCode();
    return switch (code) {
      // The second one is versitygw's.
      case "InvalidAccessKeyId", "XAdminUserNotFound" ->
          "the server does not know the access key; check AWS_ACCESS_KEY_ID or the profile";
      case "SignatureDoesNotMatch" ->
          "the secret key is wrong (the signature does not match); check AWS_SECRET_ACCESS_KEY or"
              + " the profile";
      case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired" ->
          "the credentials have expired; renew them (aws sso login, or a new session token) and run"
              + " the command again, it goes on where it stopped";
      case "InvalidToken" -> "the session token is not valid; check AWS_SESSION_TOKEN";
      case "NoSuchBucket" ->
          "there is no bucket '" + location.bucket() + "' at " + server() + "; create it first";
      case "RequestTimeTooSkewed" ->
          "this machine's clock is off: it says " + Instant.now() + skew(e) + "; set it right";
      case "AccessDenied", "AllAccessDisabled", "AccountProblem" -> denied(permission, key, e);
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          "the bucket '"
              + location.bucket()
              + "' is in another region"
              + said(e)
              + "; set it with: ftpipe remote modify "
              + settings.name()
              + " region REGION";
      case "NotImplemented" -> "the server does not support this request" + on(permission, key);
      case "XAmzContentSHA256Mismatch", "BadDigest", "InvalidDigest" ->
          "bytes were changed on the way to the server" + on(permission, key) + "; not stored";
      case "SlowDown", "ServiceUnavailable", "Throttling", "TooManyRequests" ->
          slow(code, permission, key);
      default -> wordless(permission, key, e);
    };
  }

  /** What the status alone says, as in an answer to a HEAD request. */
  private String wordless(String permission, String key, AwsServiceException e) {
    return switch (e.statusCode()) {
      case 403 -> denied(permission, key, e);
      case 429, 503 -> slow(String.valueOf(e.statusCode()), permission, key);
      default -> other(permission, key, e);
    };
  }

  private String slow(String code, String permission, String key) {
    return "the server asks to slow down (" + code + ") and went on doing so" + on(permission, key);
  }

  private String denied(String permission, String key, AwsServiceException e) {
    return "no permission: the server denies "
        + permission
        + " on "
        + location
        + key
        + said(e)
        + "; the policy of the bucket or of your credentials has to allow it";
  }

  private String other(String permission, String key, AwsServiceException e) {
    return "the server answers " + e.statusCode() + said(e) + on(permission, key);
  }

  private String unanswered(String permission, String key, SdkException e) {
    String message = String.valueOf(e.getMessage());
    if (MissingCredentials.isMeant(message)) {
      String remedy = "ftpipe remote modify " + settings.name() + " profile NAME";
      return new MissingCredentials(settings.profile(), remedy, System.getenv(), message)
          .sentence();
    }
    if (cause(e, UnknownHostException.class).isPresent()) {
      return "there is no host with the name of "
          + server()
          + "; check the endpointurl and the network";
    }
    Optional<SSLException> tls = cause(e, SSLException.class);
    if (tls.isPresent()) {
      String detail =
          cause(e, CertificateException.class).isPresent()
              ? "its certificate is not trusted"
              : String.valueOf(tls.get().getMessage());
      return "no secure connection (TLS) to "
          + server()
          + ": "
          + detail
          + "; is it https, and is its authority known to this Java?";
    }
    if (cause(e, ConnectException.class).isPresent()
        || cause(e, NoRouteToHostException.class).isPresent()) {
      return "cannot connect to " + server() + "; is the server up, and the port right?";
    }
    if (cause(e, SocketTimeoutException.class).isPresent()) {
      return "no answer in time from " + server() + on(permission, key);
    }
    if (cause(e, SocketException.class).isPresent()) {
      return "the connection to " + server() + " broke again and again" + on(permission, key);
    }
    return "the request failed" + on(permission, key) + ": " + firstSentence(message);
  }

  private String server() {
    return settings.endpoint().map(Object::toString).orElse("AWS S3");
  }

  private String on(String permission, String key) {
    return " (" + permission + " on " + location + key + ")";
  }

  private static String said(AwsServiceException e) {
    @Nullable AwsErrorDetails details = e.awsErrorDetails();
    if (details == null || details.errorMessage() == null) {
      return "";
    }
    return " (it says: " + firstSentence(details.errorMessage()) + ")";
  }

  private static String skew(AwsServiceException e) {
    @Nullable AwsErrorDetails details = e.awsErrorDetails();
    return Optional.ofNullable(details)
        .flatMap(known -> known.sdkHttpResponse().firstMatchingHeader("Date"))
        .map(date -> ", the server " + date)
        .orElse("");
  }

  private static String firstSentence(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }

  private static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
    for (@Nullable Throwable each = e; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return Optional.of(type.cast(each));
      }
    }
    return Optional.empty();
  }
}
