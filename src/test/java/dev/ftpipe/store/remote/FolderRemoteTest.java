package dev.ftpipe.store.remote;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.folder.FolderObjectStore;

final class FolderRemoteTest extends RemoteContract {
  @Override
  protected ObjectStore open() {
    return FolderObjectStore.open(folder().resolve("remote"));
  }
}
