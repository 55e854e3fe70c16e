package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times with their units. */
public final class Quantities {
  private static final Pattern BYTES =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) ?([kKMGT]?)(i?)B?");
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9}) ?(s|m|h|d)");
  private static final String PREFIXES = "KMGT";

  private Quantities() {}

  /** Bytes from a whole number, or a text such as {@code 8GB}, {@code 512MiB}, {@code 1.5G}. */
  public static Optional<Long> bytes(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() && value.longValue() >= 0
          ? Optional.of(value.longValue())
          : Optional.empty();
    }
    Matcher match = BYTES.matcher(value.asText());
    if (!value.isTextual() || !match.matches()) {
      return Optional.empty();
    }
    int power = PREFIXES.indexOf(group(match, 2).toUpperCase(java.util.Locale.ROOT)) + 1;
    power = group(match, 2).isEmpty() ? 0 : power;
    BigDecimal unit = BigDecimal.valueOf(group(match, 3).isEmpty() ? 1000 : 1024).pow(power);
    return Optional.of(new BigDecimal(group(match, 1)).multiply(unit).longValue());
  }

  /** A time from a number of seconds, or a text such as {@code 90s}, {@code 30m}, {@code 2h}. */
  public static Optional<Duration> time(JsonNode value) {
    if (value.isInt()) {
      return positive(Duration.ofSeconds(value.intValue()));
    }
    Matcher match = TIME.matcher(value.asText());
    if (!value.isTextual() || !match.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(group(match, 1));
    return positive(
        switch (group(match, 2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  private static Optional<Duration> positive(Duration time) {
    return time.isNegative() || time.isZero() ? Optional.empty() : Optional.of(time);
  }

  private static String group(Matcher match, int index) {
    String group = match.group(index);
    return group == null ? "" : group;
  }
}
