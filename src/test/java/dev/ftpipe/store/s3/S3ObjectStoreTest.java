package dev.ftpipe.store.s3;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStoreContract;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class S3ObjectStoreTest extends ObjectStoreContract {
  private static S3Server server;
  private final String prefix = "p/" + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected ObjectStore open() {
    return S3ObjectStore.open(server.settings(prefix));
  }
}
