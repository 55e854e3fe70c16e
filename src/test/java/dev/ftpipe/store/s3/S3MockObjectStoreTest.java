package dev.ftpipe.store.s3;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStoreContract;
import java.io.IOException;
import java.util.UUID;

/** The contract at a second server. */
final class S3MockObjectStoreTest extends ObjectStoreContract {
  private final String prefix = "p/" + UUID.randomUUID();

  @Override
  protected ObjectStore open() throws IOException {
    return S3ObjectStore.open(S3Mock.settings(prefix));
  }

  @Override
  protected boolean decidesRaces() {
    return false;
  }
}
