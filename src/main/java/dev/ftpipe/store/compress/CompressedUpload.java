package dev.ftpipe.store.compress;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore.Upload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/** Sends a compressed file in place of the bytes; it is removed at the end. */
final class CompressedUpload implements Upload {
  private final Upload upload;
  private final Path file;
  private final Digest digest;

  CompressedUpload(Upload upload, Path file, Digest digest) {
    this.upload = upload;
    this.file = file;
    this.digest = digest;
  }

  @Override
  public boolean sendWhole(Digest expected, LongConsumer moved) throws IOException {
    boolean sent = upload.sendWhole(digest, moved);
    if (sent) {
      Files.deleteIfExists(file);
    }
    return sent;
  }

  @Override
  public List<Piece> pieces() throws IOException {
    return upload.pieces();
  }

  @Override
  public void send(Piece piece, LongConsumer moved) throws IOException {
    upload.send(piece, moved);
  }

  @Override
  public void finish(LongConsumer moved) throws IOException {
    upload.finish(moved);
    Files.deleteIfExists(file);
  }

  @Override
  public void abandon() throws IOException {
    upload.abandon();
    Files.deleteIfExists(file);
  }
}
