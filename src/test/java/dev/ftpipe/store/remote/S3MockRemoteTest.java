package dev.ftpipe.store.remote;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.s3.S3Mock;
import dev.ftpipe.store.s3.S3ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;

/** What moves, at a second server. */
final class S3MockRemoteTest extends RemoteContract {
  private final String prefix = UUID.randomUUID().toString();

  @Override
  protected ObjectStore open() {
    try {
      return S3ObjectStore.open(S3Mock.settings(prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
