package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A remote as the configuration files describe it: the value of each option that is set, as text.
 * The options have DVC's names where DVC has them.
 */
public record RemoteConfig(String name, Map<String, String> options) {
  /** Options that a person may set. */
  public static final Set<String> OPTIONS =
      new TreeSet<>(
          List.of(
              "url",
              "endpointurl",
              "region",
              "profile",
              "credentialpath",
              "access_key_id",
              "secret_access_key",
              "session_token",
              "path_style",
              "sse",
              "sse_kms_key_id",
              "multipart_threshold",
              "connect_timeout",
              "read_timeout",
              "max_attempts",
              "jobs",
              "compression"));

  /** Options that have no place in a file that is committed. */
  public static final Set<String> SECRETS = Set.of("secret_access_key", "session_token");

  private static final Set<String> COUNTS =
      Set.of("connect_timeout", "read_timeout", "max_attempts", "jobs");

  private static final String SIZE = "[0-9]{1,15}|[0-9]{1,6}[KMGT](?:i?B)?";

  public RemoteConfig {
    options = Map.copyOf(options);
  }

  /** Where the remote is. */
  public String url() {
    return options.getOrDefault("url", "");
  }

  public Optional<String> text(String option) {
    return Optional.ofNullable(options.get(option));
  }

  public int count(String option, int fallback) {
    return text(option).map(Integer::parseInt).orElse(fallback);
  }

  /** A number of bytes, as in {@code 64MiB}. */
  public OptionalLong bytes(String option) {
    Optional<String> text = text(option);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    String digits = text.get().replaceAll("[^0-9]", "");
    String unit = text.get().substring(digits.length());
    int power = unit.isEmpty() ? 0 : 1 + "KMGT".indexOf(unit.charAt(0));
    return OptionalLong.of(Math.multiplyExact(Long.parseLong(digits), 1L << (10 * power)));
  }

  public Optional<Boolean> flag(String option) {
    return text(option).map(Boolean::parseBoolean);
  }

  /** This remote, its place as seen from everywhere when it is a folder. */
  public RemoteConfig relativeTo(Path folder) {
    if (url().isEmpty() || url().contains("://")) {
      return this;
    }
    return at(folder.resolve(url()).normalize().toString());
  }

  /** This remote at another place, with the same options. */
  public RemoteConfig at(String url) {
    Map<String, String> all = new TreeMap<>(options);
    all.put("url", url);
    return new RemoteConfig(name, all);
  }

  /** This remote with what another file says over it. */
  RemoteConfig under(RemoteConfig over) {
    Map<String, String> all = new TreeMap<>(options);
    all.putAll(over.options);
    return new RemoteConfig(name, all);
  }

  static RemoteConfig read(String name, Section section, boolean committed, Problems problems) {
    section.allowOnly(OPTIONS);
    Map<String, String> options = new TreeMap<>();
    section
        .members()
        .forEach(
            (key, value) -> {
              Optional<String> wrong = problem(key, value.node(), committed);
              if (wrong.isPresent()) {
                problems.add(value.place(), "'" + key + "' " + wrong.get());
              } else if (OPTIONS.contains(key)) {
                options.put(key, value.node().asText());
              }
            });
    return new RemoteConfig(name, options);
  }

  private static Optional<String> problem(String key, JsonNode value, boolean committed) {
    if (committed && SECRETS.contains(key)) {
      return Optional.of(
          "is a secret in a file that is committed; put it in "
              + Settings.LOCAL
              + " (remote modify --local), or leave it to the environment");
    }
    if (!value.isValueNode() || value.isNull()) {
      return Optional.of("has to be a text or a number; found " + Section.describe(value));
    }
    if (COUNTS.contains(key) && !value.asText().matches("[1-9][0-9]{0,5}")) {
      return Optional.of("has to be a whole number above 0; found " + Section.describe(value));
    }
    if (key.equals("multipart_threshold") && !value.asText().matches(SIZE)) {
      return Optional.of(
          "has to be a number of bytes, such as 64MiB; found " + Section.describe(value));
    }
    if (key.equals("compression") && !value.asText().matches("auto|none")) {
      return Optional.of("has to be auto or none; found " + Section.describe(value));
    }
    if (key.equals("path_style") && !value.isBoolean()) {
      return Optional.of("has to be true or false; found " + Section.describe(value));
    }
    return Optional.empty();
  }
}
