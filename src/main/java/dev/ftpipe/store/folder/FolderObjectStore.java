package dev.ftpipe.store.folder;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Objects as files; what is being written stands in {@code tmp/} until it is whole. */
public final class FolderObjectStore implements ObjectStore {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Path root;

  private FolderObjectStore(Path root) {
    this.root = root;
  }

  /** The remote in this folder, which is made at the first write. */
  public static FolderObjectStore open(Path root) {
    return new FolderObjectStore(root.toAbsolutePath().normalize());
  }

  @Override
  public String location() {
    return root + "/";
  }

  private Path file(String key) {
    Path file = root.resolve(key).normalize();
    if (key.isEmpty() || !file.startsWith(root) || file.equals(root)) {
      throw new IllegalArgumentException("not a key: '" + key + "'");
    }
    return file;
  }

  private Path temporary() {
    return root.resolve("tmp");
  }

  @Override
  public void list(String prefix, Consumer<Stored> each) {
    int slash = prefix.lastIndexOf('/');
    Path folder = slash < 0 ? root : file(prefix.substring(0, slash));
    try {
      list(folder, prefix, each);
    } catch (IOException e) {
      throw reading(folder, e);
    }
  }

  private void list(Path folder, String prefix, Consumer<Stored> each) throws IOException {
    record Child(String key, Path path, BasicFileAttributes attributes) {}
    List<Child> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        BasicFileAttributes attributes;
        try {
          attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
          continue;
        }
        String key = root.relativize(entry).toString().replace('\\', '/');
        String sorted = attributes.isDirectory() ? key + "/" : key;
        if (sorted.startsWith(prefix) || prefix.startsWith(sorted)) {
          children.add(new Child(sorted, entry, attributes));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return;
    }
    children.sort(Comparator.comparing(Child::key));
    for (Child child : children) {
      if (child.attributes().isDirectory()) {
        list(child.path(), prefix, each);
      } else if (child.key().startsWith(prefix) && !AtomicFiles.isTemporary(child.path())) {
        each.accept(stored(child.key(), child.attributes()));
      }
    }
  }

  private static Stored stored(String key, BasicFileAttributes attributes) {
    return new Stored(
        key,
        attributes.size(),
        Long.toString(attributes.lastModifiedTime().toMillis()),
        attributes.lastModifiedTime().toInstant());
  }

  @Override
  public Optional<Stored> find(String key) {
    try {
      return Optional.of(stored(key, Files.readAttributes(file(key), BasicFileAttributes.class)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw reading(file(key), e);
    }
  }

  @Override
  public Optional<byte[]> read(String key, int most) {
    try {
      long size = Files.size(file(key));
      if (size > most) {
        throw FtpipeException.environment(
            file(key) + " has " + size + " bytes; at most " + most + " are expected", null);
      }
      return Optional.of(Files.readAllBytes(file(key)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw reading(file(key), e);
    }
  }

  @Override
  public boolean read(String key, long offset, long length, Sink sink) throws IOException {
    Path file = file(key);
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(1, Math.min(BUFFER_BYTES, length)));
      long end = offset + length;
      for (long at = offset; at < end; ) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
        int count = fill(channel, buffer, at, file);
        at += count;
        sink.accept(buffer.flip());
      }
      return true;
    } catch (NoSuchFileException e) {
      if (file.toString().equals(e.getFile())) {
        return false;
      }
      throw e;
    }
  }

  private static int fill(FileChannel channel, ByteBuffer buffer, long at, Path file) {
    int count;
    try {
      count = channel.read(buffer, at);
    } catch (IOException e) {
      throw reading(file, e);
    }
    if (count < 0) {
      throw FtpipeException.environment(
          "cannot read " + file + ": it ends after " + at + " bytes, more are expected", null);
    }
    return count;
  }

  @Override
  public void write(String key, byte[] bytes) {
    try {
      AtomicFiles.write(file(key), bytes);
    } catch (IOException e) {
      throw IoProblem.writing(file(key), e);
    }
  }

  @Override
  public boolean writeIfAbsent(String key, byte[] bytes) {
    Path file = file(key);
    Path whole = temporary().resolve("new-" + UUID.randomUUID());
    try {
      AtomicFiles.write(whole, bytes);
      try {
        Files.createDirectories(file.getParent());
        // Unlike a rename, a link never replaces.
        Files.createLink(file, whole);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (UnsupportedOperationException | IOException e) {
      throw IoProblem.writing(
          file, e instanceof IOException failure ? failure : new IOException(e.getMessage(), e));
    }
  }

  @Override
  public boolean refusesOverwrite() {
    return true;
  }

  @Override
  public Upload upload(String key, Source source) {
    return new FolderUpload(file(key), temporary(), key, source);
  }

  @Override
  public void delete(Collection<String> keys) {
    for (String key : keys) {
      try {
        Files.deleteIfExists(file(key));
      } catch (IOException e) {
        throw FtpipeException.environment(
            "cannot remove " + file(key) + ": " + IoProblem.sentence(e), e);
      }
    }
  }

  @Override
  public int dropUnfinished(String prefix, int olderThanHours) {
    FileTime limit = FileTime.from(Instant.now().minus(olderThanHours, ChronoUnit.HOURS));
    int dropped = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporary())) {
      for (Path entry : entries) {
        if (Files.getLastModifiedTime(entry).compareTo(limit) <= 0 && Files.deleteIfExists(entry)) {
          dropped++;
        }
      }
    } catch (NoSuchFileException e) {
      return dropped;
    } catch (IOException e) {
      throw IoProblem.writing(temporary(), e);
    }
    return dropped;
  }

  @Override
  public void close() {}

  private static FtpipeException reading(Path path, IOException e) {
    return FtpipeException.environment("cannot read " + path + ": " + IoProblem.sentence(e), e);
  }
}
