package dev.ftpipe.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * This program as machines bring it from a remote, where it lies by its digest: a tar.gz with one
 * folder that has {@code bin/ftpipe} and a runtime of its own.
 *
 * @param digest SHA-256 of the file
 * @param size of the file
 */
public record Distribution(String digest, long size) {
  private static final String FOLDER = "dist/";
  private static final String CURRENT = FOLDER + "current.json";
  private static final int LARGEST = 1 << 16;

  /** Where the file is at the remote. */
  public String key() {
    return FOLDER + digest + ".tar.gz";
  }

  /** That which runs of this remote use; empty when none was sent yet. */
  public static Optional<Distribution> current(ObjectStore objects) throws IOException {
    Optional<byte[]> text = objects.read(CURRENT, LARGEST);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readValue(text.get(), Distribution.class));
    } catch (JsonProcessingException e) {
      throw FtpipeException.environment(
          objects.location() + CURRENT + " is damaged; write it anew with 'ftpipe cloud dist'", e);
    }
  }

  /** The folder of the one that this process runs from. */
  public static Optional<Path> home() {
    return Optional.ofNullable(
            Path.of(System.getProperty("java.home")).toAbsolutePath().getParent())
        .filter(folder -> Files.isExecutable(folder.resolve("bin/ftpipe")));
  }

  /** A file that is to be one. */
  public static Distribution of(Path file) throws IOException {
    return new Distribution(Digest.ofFile(file).hex(), FileSource.of(file).size());
  }

  /**
   * Sends the file, and makes it the one that runs use.
   *
   * @return false when the file was there already
   */
  public boolean send(Path file, ObjectStore objects) throws IOException {
    boolean isNew = objects.find(key()).filter(there -> there.size() == size).isEmpty();
    if (isNew) {
      ObjectStore.Upload upload = objects.upload(key(), FileSource.of(file));
      if (!upload.sendWhole(new Digest(digest), moved -> {})) {
        for (ObjectStore.Upload.Piece piece : upload.pieces()) {
          upload.send(piece, moved -> {});
        }
        upload.finish(moved -> {});
      }
    }
    objects.write(CURRENT, (Json.canonical(this) + "\n").getBytes(StandardCharsets.UTF_8));
    return isNew;
  }
}
