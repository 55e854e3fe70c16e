package dev.ftpipe.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Assumptions;

/**
 * A server of OpenSSH for one user, on a port of its own.
 *
 * @param profile options of a profile that reaches it, without braces
 */
record OpensshServer(Process process, String profile) implements AutoCloseable {
  private static final Path SERVER = Path.of("/usr/sbin/sshd");

  /**
   * Starts one; skips the test where it is not installed.
   *
   * @param folder for its keys
   * @param host for what ftpipe keeps there
   */
  static OpensshServer start(Path folder, Path host) throws IOException {
    Assumptions.assumeTrue(Files.exists(SERVER), "no sshd: apt-get install openssh-server");
    int port = FreePorts.first(1);
    SshKeys keys;
    try {
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
    Process process =
        new ProcessBuilder(SERVER.toString(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    awaitAnswer(process, port);
    return new OpensshServer(process, keys.profile(port, host).replaceAll("[{}]", ""));
  }

  /** It opens its port some time after it was started. */
  private static void awaitAnswer(Process process, int port) {
    while (process.isAlive() && !answers(port)) {
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
