package dev.ftpipe.cli;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.ftpipe.base.FtpipeException;
import java.util.Locale;

/**
 * What {@code doctor} found out about one thing.
 *
 * @param found what is there
 * @param advice what to do; empty when nothing is to be done
 */
record Finding(String name, Level level, String found, String advice) {
  /** How bad it is. */
  enum Level {
    OK(0),
    /** Works, but something is worth knowing. */
    NOTE(0),
    /** Wrong configuration. */
    WRONG(FtpipeException.Kind.USAGE.exitCode()),
    /** Something of the environment does not work. */
    BROKEN(FtpipeException.Kind.ENVIRONMENT.exitCode());

    private final int exitCode;

    Level(int exitCode) {
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }

    @JsonValue
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String name, String found) {
    return new Finding(name, Level.OK, found, "");
  }

  static Finding note(String name, String found, String advice) {
    return new Finding(name, Level.NOTE, found, advice);
  }

  static Finding broken(String name, String found, String advice) {
    return new Finding(name, Level.BROKEN, found, advice);
  }

  /** What an error says, as bad as it is. */
  static Finding of(String name, FtpipeException error, String advice) {
    boolean usage = error.kind() == FtpipeException.Kind.USAGE;
    return new Finding(
        name, usage ? Level.WRONG : Level.BROKEN, String.valueOf(error.getMessage()), advice);
  }
}
