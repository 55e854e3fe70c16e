package dev.ftpipe.base;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why there are no credentials for Amazon. The SDK tells what it met at each of the places that it
 * looks at; the one that somebody has set up is the one that matters.
 */
public final class MissingCredentials {
  private static final String REASONS = ") : [";
  private static final String KEY = "AWS_ACCESS_KEY_ID";
  private static final String SECRET = "AWS_SECRET_ACCESS_KEY";

  private final Optional<String> profile;
  private final String remedy;
  private final Map<String, String> environment;
  private final String message;

  /**
   * What a request ended with.
   *
   * @param profile of AWS's files, that was asked for
   * @param remedy how one is named
   * @param message the SDK's
   */
  public MissingCredentials(
      Optional<String> profile, String remedy, Map<String, String> environment, String message) {
    this.profile = profile;
    this.remedy = remedy;
    this.environment = environment;
    this.message = message.strip();
  }

  /** Whether it ended for want of credentials. */
  public static boolean isMeant(String message) {
    return message.contains("credentials") || message.contains("SSO session");
  }

  /** Where there are none, and what to do. */
  public String sentence() {
    boolean hasKey = environment.containsKey(KEY);
    boolean hasSecret = environment.containsKey(SECRET);
    if (hasKey != hasSecret) {
      return "no credentials: "
          + (hasKey ? KEY : SECRET)
          + " is set and "
          + (hasKey ? SECRET : KEY)
          + " is not";
    }
    Optional<String> named = profile.or(() -> Optional.ofNullable(environment.get("AWS_PROFILE")));
    if (named.isPresent()) {
      return ofProfile(named.get(), reason("ProfileCredentialsProvider").orElse(message));
    }
    if (environment.containsKey("AWS_WEB_IDENTITY_TOKEN_FILE")) {
      return "no credentials from AWS_WEB_IDENTITY_TOKEN_FILE: "
          + reason("WebIdentityTokenFileCredentialsProvider").orElse(message);
    }
    if (environment.keySet().stream().anyMatch(it -> it.startsWith("AWS_CONTAINER_CREDENTIALS"))) {
      return "no credentials from the container's address (AWS_CONTAINER_CREDENTIALS_…): "
          + reason("ContainerCredentialsProvider").orElse(message);
    }
    return reason("ProfileCredentialsProvider")
        .filter(reason -> !isAbsent(reason))
        .map(reason -> ofProfile("default", reason))
        .orElseGet(this::general);
  }

  private String general() {
    return "no credentials: neither in the environment ("
        + KEY
        + ", "
        + SECRET
        + ") nor in AWS's files, and this machine has no role; name a profile with "
        + remedy;
  }

  private static boolean isAbsent(String reason) {
    return reason.startsWith("Profile file contained no credentials");
  }

  private static String ofProfile(String name, String reason) {
    if (isAbsent(reason)) {
      return "no credentials: there is no profile '"
          + name
          + "' with credentials in AWS's files (~/.aws/config, ~/.aws/credentials)";
    }
    if (reason.contains("SSO session")) {
      return "no credentials: the single sign-on of profile '"
          + name
          + "' has expired or was never made; aws sso login --profile "
          + name
          + " makes it anew";
    }
    return "no credentials from profile '" + name + "': " + reason;
  }

  /** What the SDK met at one of the places; a place may have others named in its brackets. */
  private Optional<String> reason(String provider) {
    int start = message.indexOf(REASONS);
    if (start < 0) {
      return Optional.empty();
    }
    Matcher found =
        Pattern.compile(
                provider + "\\(.*?\\): (.*?)(?:, [A-Za-z]+CredentialsProvider\\(.*|\\]?$)",
                Pattern.DOTALL)
            .matcher(message.substring(start + REASONS.length()));
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
