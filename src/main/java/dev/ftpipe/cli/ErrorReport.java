package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.FtpipeException.Kind;
import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** An exception as one message and an exit code. */
final class ErrorReport {
  private ErrorReport() {}

  /** Prints what went wrong and gives the exit code. */
  static int print(Throwable error, Terminal terminal, boolean debug) {
    terminal.err().println(terminal.styled("red,bold", "error: ") + message(error));
    if (debug) {
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      terminal.err().print(trace);
    }
    return kind(error).exitCode();
  }

  private static Kind kind(Throwable error) {
    if (error instanceof FtpipeException known) {
      return known.kind();
    }
    return error instanceof InterruptedException ? Kind.INTERRUPTED : Kind.ENVIRONMENT;
  }

  private static String message(Throwable error) {
    if (error instanceof FtpipeException known) {
      return known.getMessage();
    }
    if (error instanceof UncheckedIOException && error.getCause() instanceof IOException cause) {
      return message(cause);
    }
    if (error instanceof InterruptedException) {
      return "interrupted; what was finished is kept, the next 'ftpipe repro' goes on from there";
    }
    if (error instanceof IOException io) {
      return IoProblem.sentence(io);
    }
    if (error instanceof OutOfMemoryError) {
      return "out of heap memory; give ftpipe more with FTPIPE_JAVA_OPTS=-Xmx8g";
    }
    return "a defect in ftpipe: " + error + "; run again with --debug and report what it prints";
  }
}
