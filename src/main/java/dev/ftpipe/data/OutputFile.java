package dev.ftpipe.data;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears under its name whole or not at all: written beside it, renamed by {@link
 * #commit}, removed by {@link #close} without one.
 */
public final class OutputFile implements Closeable {
  private static final int BUFFER = 1 << 18;

  private final Path file;
  private final Path unfinished;
  private final OutputStream out;

  public OutputFile(Path file) throws IOException {
    this.file = file;
    // One fixed name, so that what a killed attempt left is overwritten by the next.
    this.unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
    this.out = new BufferedOutputStream(Files.newOutputStream(unfinished), BUFFER);
  }

  /** Appends the bytes and a newline. */
  public void line(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    out.write('\n');
  }

  /** Gives the file its name. */
  public void commit() throws IOException {
    out.close();
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      Files.deleteIfExists(unfinished);
    }
  }
}
