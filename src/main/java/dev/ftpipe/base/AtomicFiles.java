package dev.ftpipe.base;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Files that are there whole or not at all, whatever kills the process. */
public final class AtomicFiles {
  private static final String TEMPORARY = ".ftpipe-tmp";
  private static final AtomicLong NUMBERS = new AtomicLong();

  private AtomicFiles() {}

  /** Whether a file is one that is not whole yet. */
  public static boolean isTemporary(Path file) {
    return file.toString().endsWith(TEMPORARY);
  }

  /** Writes the text as UTF-8, whole or not at all, and onto the disk. */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the bytes, whole or not at all, and onto the disk: they outlive a power cut. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, bytes, true);
  }

  /**
   * Writes the bytes, whole or not at all, whatever kills the process. Does not wait for the disk,
   * which may take longer than all the rest: after a power cut the file can be the old one, or
   * damaged. For what is checked when it is read, and can be had again.
   */
  public static void writeUnsynced(Path file, byte[] bytes) throws IOException {
    write(file, bytes, false);
  }

  private static void write(Path file, byte[] bytes, boolean ontoDisk) throws IOException {
    // Not createTempFile: its files are for the owner's eyes only, and so would be ours.
    Path temporary = temporary(file.toAbsolutePath());
    try {
      try (FileChannel channel = create(temporary)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        if (ontoDisk) {
          channel.force(true);
        }
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  private static Path temporary(Path file) {
    // No two writers have it: not in this process, not on another machine that sees the folder.
    String name =
        NUMBERS.incrementAndGet() + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    return file.resolveSibling("." + file.getFileName() + "." + name + TEMPORARY);
  }

  private static FileChannel create(Path temporary) throws IOException {
    try {
      return open(temporary);
    } catch (NoSuchFileException e) {
      Files.createDirectories(requireNonNull(temporary.getParent()));
      return open(temporary);
    }
  }

  private static FileChannel open(Path temporary) throws IOException {
    return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Removes what writers of this folder left behind when they were killed, some time ago. */
  public static void cleanUp(Path folder) throws IOException {
    long old = System.currentTimeMillis() - TimeUnit.MINUTES.toMillis(1);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + TEMPORARY)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis() < old) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Removes a file, a link (not what it points to) or a folder with all it holds, if there. */
  public static void deleteTree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
