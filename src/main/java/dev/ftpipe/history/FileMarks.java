package dev.ftpipe.history;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * What can be told of files without reading them. While the marks of the same files are equal,
 * somebody who looks at them every second need not read them anew.
 */
public final class FileMarks {
  private final StringBuilder text = new StringBuilder();

  /** The files and folders right in this folder; nothing when there is none. */
  public FileMarks folder(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path each : (Iterable<Path>) all.sorted()::iterator) {
        file(each);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      text.append("none:").append(folder).append('\n');
    }
    return this;
  }

  /** A file, or all files below a folder; nothing when there is neither. */
  public FileMarks tree(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return file(path);
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            add(file, attributes);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return this;
  }

  private FileMarks file(Path file) throws IOException {
    try {
      add(file, Files.readAttributes(file, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      text.append("none:").append(file).append('\n');
    }
    return this;
  }

  private void add(Path file, BasicFileAttributes attributes) {
    text.append(file)
        .append('\t')
        .append(attributes.size())
        .append('\t')
        .append(attributes.lastModifiedTime())
        .append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
