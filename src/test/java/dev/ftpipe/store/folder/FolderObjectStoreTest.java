package dev.ftpipe.store.folder;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStoreContract;
import java.io.IOException;

final class FolderObjectStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore open() {
    return FolderObjectStore.open(folder.resolve("remote"));
  }

  /** The lock goes with the process. */
  @Override
  protected void forget(ObjectStore.Upload upload) throws IOException {
    ((FolderUpload) upload).release();
  }
}
