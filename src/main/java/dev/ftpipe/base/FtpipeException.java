package dev.ftpipe.base;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * An error that a user can act on. Its message stands alone: where, what was found, what was
 * expected, what to do. Anything else that is thrown is a defect of ftpipe.
 */
public final class FtpipeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Who can mend it; decides the exit code. */
  public enum Kind {
    /** The pipeline failed, is out of date, or does not reproduce. */
    PIPELINE(1),
    /** Wrong use or configuration. */
    USAGE(2),
    /** Credentials, disk, network, device. */
    ENVIRONMENT(3),
    /** Ctrl-C or a preemption notice. */
    INTERRUPTED(130);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  public FtpipeException(Kind kind, String message, @Nullable Throwable cause) {
    super(requireNonNull(message, "message is null"), cause);
    this.kind = requireNonNull(kind, "kind is null");
  }

  /** A stage failed or its data is wrong: exit code 1. */
  public static FtpipeException pipeline(String message) {
    return new FtpipeException(Kind.PIPELINE, message, null);
  }

  public static FtpipeException pipeline(String message, Throwable cause) {
    return new FtpipeException(Kind.PIPELINE, message, cause);
  }

  /** Wrong use or configuration: exit code 2. */
  public static FtpipeException usage(String message) {
    return new FtpipeException(Kind.USAGE, message, null);
  }

  /** Disk, network, credentials, device: exit code 3. */
  public static FtpipeException environment(String message, @Nullable Throwable cause) {
    return new FtpipeException(Kind.ENVIRONMENT, message, cause);
  }

  public static FtpipeException interrupted(String message) {
    return new FtpipeException(Kind.INTERRUPTED, message, null);
  }

  public Kind kind() {
    return kind;
  }

  /** The message; never null, unlike that of other throwables. */
  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }
}
