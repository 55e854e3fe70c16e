package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second repro out of a folder where one is at work. The operating system's own lock, so it
 * ends with its process, however that ends. Whoever comes second is told and does not wait: a
 * script that waits for hours on a forgotten terminal helps nobody.
 */
final class WorkspaceLock implements AutoCloseable {
  // A process that opens and closes a file a second time loses its lock on it (POSIX), and Java
  // reports its own lock as an exception: look here first.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private boolean abandoned;

  private WorkspaceLock(Path file, FileChannel channel, boolean abandoned) {
    this.file = file;
    this.channel = channel;
    this.abandoned = abandoned;
  }

  /**
   * Whether one who held it before did not live to give it back, and nobody has put right since
   * what that one left.
   */
  boolean abandoned() {
    return abandoned;
  }

  /** What was left is put right; otherwise the lock goes on saying so when it is given back. */
  void settle() {
    abandoned = false;
  }

  /**
   * Takes the lock.
   *
   * @param file in an existing folder
   * @throws FtpipeException of the environment, when another holds it
   */
  static WorkspaceLock take(Path file) throws IOException {
    if (!HELD_HERE.add(file)) {
      throw held(ProcessHandle.current().pid() + ", this very one");
    }
    boolean taken = false;
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw held(readHolder(channel));
      }
      boolean abandoned = channel.size() > 0;
      writeHolder(file, channel);
      taken = true;
      return new WorkspaceLock(file, channel, abandoned);
    } finally {
      if (!taken) {
        HELD_HERE.remove(file);
        channel.close();
      }
    }
  }

  private static void writeHolder(Path file, FileChannel channel) {
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }

  private static String readHolder(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(20);
    channel.read(buffer, 0);
    String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    return text.isBlank() ? "that is just starting" : text.strip();
  }

  private static FtpipeException held(String process) {
    return FtpipeException.environment(
        "another ftpipe repro is at work in this folder (process "
            + process
            + "); wait for it or stop it, then try again",
        null);
  }

  @Override
  public void close() throws IOException {
    if (!abandoned) {
      channel.truncate(0);
    }
    channel.close();
    HELD_HERE.remove(file);
  }
}
