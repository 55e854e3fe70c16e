package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** The key-value pairs of a GGUF file. A value of another type than asked for is an error. */
public final class GgufMetadata {
  private final String origin;
  private final Map<String, Object> values;

  /**
   * Wraps parsed values: {@link String}, {@link Long}, {@link Double}, {@link Boolean}, or a {@link
   * List} of one of these.
   */
  GgufMetadata(String origin, Map<String, Object> values) {
    this.origin = origin;
    this.values = values;
  }

  public Set<String> keys() {
    return values.keySet();
  }

  /** A text; empty when the key is absent. */
  public Optional<String> text(String key) {
    return value(key, String.class, "a text");
  }

  /** A whole number. */
  public OptionalLong number(String key) {
    Optional<Long> found = value(key, Long.class, "a whole number");
    return found.isPresent() ? OptionalLong.of(found.get()) : OptionalLong.empty();
  }

  /** A real number. A 32-bit one has the value of its shortest decimal: 1e-05, not 9.99e-06. */
  public OptionalDouble real(String key) {
    Optional<Double> found = value(key, Double.class, "a real number");
    return found.isPresent() ? OptionalDouble.of(found.get()) : OptionalDouble.empty();
  }

  public Optional<Boolean> bool(String key) {
    return value(key, Boolean.class, "true or false");
  }

  /** A list of texts. */
  public Optional<List<String>> texts(String key) {
    return list(key, String.class, "texts");
  }

  /** A list of whole numbers. */
  public Optional<List<Long>> numbers(String key) {
    return list(key, Long.class, "whole numbers");
  }

  /** A list of real numbers. */
  public Optional<List<Double>> reals(String key) {
    return list(key, Double.class, "real numbers");
  }

  /**
   * A whole number that must be there, between 1 and 2^31-1.
   *
   * @throws FtpipeException when it is not
   */
  public int requiredSize(String key) {
    long found = number(key).orElseThrow(() -> missing(key));
    if (found < 1 || found > Integer.MAX_VALUE) {
      throw FtpipeException.pipeline(
          origin + ": metadata '" + key + "' is " + found + ", expected a positive number");
    }
    return (int) found;
  }

  FtpipeException missing(String key) {
    return FtpipeException.pipeline(origin + ": metadata '" + key + "' is missing");
  }

  private <T> Optional<T> value(String key, Class<T> type, String expected) {
    Object found = values.get(key);
    if (found == null) {
      return Optional.empty();
    }
    if (!type.isInstance(found)) {
      throw FtpipeException.pipeline(
          origin + ": metadata '" + key + "' is " + brief(found) + ", expected " + expected);
    }
    return Optional.of(type.cast(found));
  }

  private <T> Optional<List<T>> list(String key, Class<T> type, String expected) {
    Optional<List<?>> found = value(key, List.class, "a list").map(list -> (List<?>) list);
    if (found.isPresent() && !found.get().stream().allMatch(type::isInstance)) {
      throw FtpipeException.pipeline(
          origin + ": metadata '" + key + "' is not a list of " + expected);
    }
    return found.map(list -> list.stream().<T>map(type::cast).toList());
  }

  private static String brief(Object value) {
    String text = value instanceof List ? "a list" : value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
