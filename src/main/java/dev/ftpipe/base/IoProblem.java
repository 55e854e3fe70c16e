package dev.ftpipe.base;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** The file system's own failures, as sentences. */
public final class IoProblem {
  private IoProblem() {}

  /** A failure to write this path: exit code 3. */
  public static FtpipeException writing(Path path, IOException e) {
    return FtpipeException.environment("cannot write " + path + ": " + reason(e), e);
  }

  /** Path, where the exception knows one, and reason. */
  public static String sentence(IOException e) {
    return e instanceof FileSystemException failure && failure.getFile() != null
        ? failure.getFile() + ": " + reason(e)
        : reason(e);
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
