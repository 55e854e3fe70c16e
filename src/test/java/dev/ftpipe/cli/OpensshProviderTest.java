package dev.ftpipe.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The provider {@code ssh} with the server of OpenSSH, and this ftpipe copied to the host. */
@Tag("slow")
final class OpensshProviderTest extends ProviderContract {
  @TempDir private static Path host;
  private @Nullable OpensshServer started;

  @Override
  String profile() throws IOException {
    OpensshServer server = started;
    if (server == null) {
      server = OpensshServer.start(folder, host);
      started = server;
    }
    return "{" + server.profile() + "}";
  }

  @Override
  String sent(String id) throws IOException {
    return SecretCanaries.textBelow(host.resolve("nodes").resolve(id));
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
  }
}
