package dev.ftpipe.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The provider {@code ssh} with the server of OpenSSH, and this ftpipe copied to the host. */
@Tag("slow")
final class OpensshProviderTest extends ProviderContract {
  private static final Path SERVER = Path.of("/usr/sbin/sshd");
  @TempDir private static Path host;
  private @Nullable Process server;
  private @Nullable String profile;

  @Override
  String profile() throws IOException {
    Assumptions.assumeTrue(Files.exists(SERVER), "no sshd: apt-get install openssh-server");
    if (profile == null) {
      profile = start();
    }
    return profile;
  }

  private String start() throws IOException {
    SshKeys keys;
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
      keys = SshKeys.make(folder.resolve("keys"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    keys.know(port);
    Path authorized = folder.resolve("keys/authorized");
    Files.writeString(authorized, PublicKeyEntry.toString(keys.user().getPublic()) + "\n");
    Path config = folder.resolve("sshd_config");
    Files.writeString(
        config,
        """
        Port %d
        ListenAddress 127.0.0.1
        HostKey %s
        AuthorizedKeysFile %s
        PidFile none
        StrictModes no
        UsePAM no
        PermitRootLogin yes
        AllowAgentForwarding yes
        """
            .formatted(port, keys.hostKey(), authorized));
    Files.createDirectories(Path.of("/run/sshd"));
    server =
        new ProcessBuilder(SERVER.toString(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    return keys.profile(port, host);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.destroy();
    }
  }
}
