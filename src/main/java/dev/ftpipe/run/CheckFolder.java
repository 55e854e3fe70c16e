package dev.ftpipe.run;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.run.sandbox.Sandbox;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Where one check works: on the disk of the project, beside its state. A lock of the operating
 * system says that its process lives; a folder without one was left behind by a check that was
 * killed, and is removed by the next.
 */
final class CheckFolder implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Path folder;
  private final FileChannel lock;

  private CheckFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes a new one.
   *
   * @param parent for all checks of the project
   */
  static CheckFolder make(Path parent) throws IOException {
    try {
      Files.createDirectories(parent);
      removeLeftOvers(parent);
      Path folder = Files.createTempDirectory(parent, "check");
      FileChannel lock =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock.lock();
      Files.createDirectories(folder.resolve("logs"));
      Files.createDirectories(folder.resolve("locked"));
      return new CheckFolder(folder, lock);
    } catch (IOException e) {
      throw IoProblem.writing(parent, e);
    }
  }

  private static void removeLeftOvers(Path parent) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent)) {
      for (Path folder : folders) {
        if (isLeftOver(folder.resolve(LOCK))) {
          endCommands(folder);
          AtomicFiles.deleteTree(folder);
        }
      }
    }
  }

  private static void endCommands(Path folder) throws IOException {
    try (DirectoryStream<Path> stages = Files.newDirectoryStream(folder, "stage*")) {
      for (Path stage : stages) {
        if (Files.exists(Sandbox.tree(stage))) {
          new Orphans(Sandbox.tree(stage), GRACE).end(note -> {});
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }

  private static boolean isLeftOver(Path lock) throws IOException {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null;
    } catch (NoSuchFileException e) {
      // Just being made, or killed while it was: an empty folder harms nobody.
      return false;
    } catch (OverlappingFileLockException e) {
      // A check of this very process.
      return false;
    }
  }

  /** The content that the lock file names, as far as this check had to put it there. */
  Path locked() {
    return folder.resolve("locked");
  }

  /** What stages made in the place of such content, near enough to it. */
  Path instead() {
    return folder.resolve("instead");
  }

  Path logs() {
    return folder.resolve("logs");
  }

  /** Where a stage runs. */
  Path stage(int number) {
    return folder.resolve("stage" + number);
  }

  @Override
  public void close() throws IOException {
    AtomicFiles.deleteTree(folder);
    lock.close();
  }
}
