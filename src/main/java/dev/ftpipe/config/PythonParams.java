package dev.ftpipe.config;

import dev.ftpipe.base.Location;
import java.util.Optional;

/** Reads the constants of a Python file. */
final class PythonParams {
  private PythonParams() {}

  static Optional<Located> parse(String text, String shownAs, Problems problems) {
    problems.add(
        new Location(shownAs, 1, 1),
        "is no YAML, JSON or TOML, the forms that params are read from");
    return Optional.empty();
  }
}
