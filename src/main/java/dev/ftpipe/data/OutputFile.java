package dev.ftpipe.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears under its name whole or not at all: written beside it, renamed by {@link
 * #commit}, removed by {@link #close} without one. Several threads may write {@link #section}s of
 * it at once.
 */
public final class OutputFile implements Closeable {
  private final Path file;
  private final Path unfinished;
  private final FileChannel channel;

  public OutputFile(Path file) throws IOException {
    this.file = file;
    // One fixed name, so that what a killed attempt left is overwritten by the next.
    this.unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
    this.channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** A writer of the lines from {@code position} on; of one thread. */
  public OutputSection section(long position) {
    return new OutputSection(channel, position);
  }

  /** Gives the file its name; all sections are closed. */
  public void commit() throws IOException {
    channel.close();
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(unfinished);
    }
  }
}
