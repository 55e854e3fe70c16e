package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The files of a folder, links followed; not those of ftpipe and git themselves. */
final class FolderFiles extends SimpleFileVisitor<Path> {
  private final Path root;
  private final List<Path> files = new ArrayList<>();

  private FolderFiles(Path root) {
    this.root = root;
  }

  static List<Path> below(Path folder, Path root) throws IOException {
    FolderFiles visitor = new FolderFiles(root);
    Files.walkFileTree(
        folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
    return visitor.files;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    boolean own = folder.equals(root.resolve(".ftpipe")) || folder.equals(root.resolve(".git"));
    return own ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      throw FtpipeException.pipeline(
          root.relativize(file) + " is a link to nothing; remove it or make what it points to");
    }
    files.add(file);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (e instanceof FileSystemLoopException) {
      throw FtpipeException.pipeline(
          root.relativize(file) + " is a link to a folder around it; it cannot be tracked");
    }
    throw e;
  }
}
