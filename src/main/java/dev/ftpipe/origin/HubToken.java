package dev.ftpipe.origin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The token of the Hugging Face Hub, found where its own tools find it. */
final class HubToken {
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  private HubToken() {}

  /** {@code HF_TOKEN}, else the file that {@code hf auth login} wrote. */
  static Optional<String> find(Map<String, String> environment) {
    if (YES.contains(
        environment.getOrDefault("HF_HUB_DISABLE_IMPLICIT_TOKEN", "").toUpperCase(Locale.ROOT))) {
      return Optional.empty();
    }
    return value(environment, "HF_TOKEN")
        .or(() -> value(environment, "HUGGING_FACE_HUB_TOKEN"))
        .or(() -> file(environment).flatMap(HubToken::read));
  }

  private static Optional<Path> file(Map<String, String> environment) {
    return value(environment, "HF_TOKEN_PATH")
        .map(Path::of)
        .or(() -> value(environment, "HF_HOME").map(home -> Path.of(home, "token")))
        .or(
            () ->
                value(environment, "XDG_CACHE_HOME")
                    .map(home -> Path.of(home, "huggingface", "token")))
        .or(
            () ->
                value(environment, "HOME")
                    .map(home -> Path.of(home, ".cache", "huggingface", "token")));
  }

  private static Optional<String> read(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty())
          : Optional.empty();
    } catch (IOException e) {
      // Not readable for this user: then it is another's.
      return Optional.empty();
    }
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }
}
