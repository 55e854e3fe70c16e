package dev.ftpipe.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/**
 * The keys of one connection, as files for a client: the user's own, and the host's as known to it.
 */
record SshKeys(KeyPair user, KeyPair host, Path identity, Path hostKey, Path knownHosts) {
  static SshKeys make(Path folder) throws Exception {
    Files.createDirectories(folder);
    KeyPair user = pair();
    KeyPair host = pair();
    return new SshKeys(
        user,
        host,
        write(user, folder.resolve("identity")),
        write(host, folder.resolve("host_key")),
        folder.resolve("known_hosts"));
  }

  private static KeyPair pair() throws NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static Path write(KeyPair pair, Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "test", null, out);
    }
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** The client has seen the host at this port. */
  void know(int port) throws IOException {
    know(port, host);
  }

  /** The client has seen a host of this key at this port. */
  void know(int port, KeyPair seen) throws IOException {
    Files.writeString(
        knownHosts, "[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(seen.getPublic()) + "\n");
  }

  /** Options of a profile. */
  String profile(int port, Path folder) {
    return "{provider: ssh, host: 127.0.0.1, port: %d, user: %s, identity_file: '%s',"
            .formatted(port, System.getProperty("user.name"), identity)
        + " known_hosts: '%s', folder: '%s'}".formatted(knownHosts, folder);
  }
}
