package dev.ftpipe.store.remote;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.s3.S3ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class S3RemoteTest extends RemoteContract {
  private static S3Server server;
  private final String prefix = UUID.randomUUID().toString();

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
