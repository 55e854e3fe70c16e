package dev.ftpipe.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves a workspace, and what must not. */
final class SnapshotTest {
  private static final String WORD = "x".repeat(60);

  @TempDir private Path folder;
  private Path root;
  private Store store;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    store = LocalStore.open(folder.resolve("cache"), note -> {});
  }

  @AfterEach
  void close() throws IOException {
    store.content().release();
  }

  private Path write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    // Old enough to be remembered.
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
  }

  private Snapshot take(boolean guarded, String... paths) throws IOException {
    Path memory = folder.resolve("index");
    SnapshotIndex index = SnapshotIndex.read(memory);
    Snapshot taken = Snapshot.take(store.content(), root, List.of(paths), index, guarded);
    index.write(memory);
    return taken;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".env", ".env.local", "prod.env", "a/.ssh/config", "a/.aws/config", "deep/id_ed25519",
        "id_rsa.pub", ".netrc", ".git-credentials", "credentials.json", "key.ppk", "store.p12",
        "kubeconfig", ".kube/config"
      })
  void secretsAreKnownByName(String path) throws IOException {
    write(path, "a\n");

    assertThatThrownBy(() -> take(true, path))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(path)
        .hasMessageContaining("nothing was sent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----",
        "PuTTY-User-Key-File-3: ssh-ed25519",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "\"SecretAccessKey\": \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"",
        "token: hf_",
        "ghp_",
        "glpat-",
        "OPENAI_API_KEY=sk-proj-",
        "\"type\": \"service_account\""
      })
  void secretsAreKnownByContent(String text) throws IOException {
    write("notes.txt", "first line\n" + text + (text.matches(".*[-_]") ? WORD : "") + "\n");

    assertThatThrownBy(() -> take(true, "notes.txt"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("notes.txt holds a private key or a credential");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".env.example",
        "environment.yaml",
        "src/credentials_test.py",
        "keys.md",
        "a.envelope"
      })
  void otherNamesGo(String path) throws IOException {
    write(path, "the token of sk-learn-and-a-very-long-name-with-many-words-in-it is hf_short\n");

    assertThat(take(true, path).blobs()).hasSize(1);
  }

  @Test
  void aLinkIsWhatItLeadsTo() throws IOException {
    Path secret = Files.createDirectories(folder.resolve(".ssh")).resolve("known");
    Files.writeString(secret, "a\n");
    Files.createSymbolicLink(root.resolve("innocent"), secret);

    assertThatThrownBy(() -> take(true, "innocent"))
        .hasMessageContaining("innocent is in a folder");
  }

  @Test
  void whatWasSentOnPurposeIsRefusedAgainWithoutIt() throws IOException {
    write("notes", "-----BEGIN RSA PRIVATE KEY-----\n");
    assertThat(take(false, "notes").bytes()).isEqualTo(32);

    assertThatThrownBy(() -> take(true, "notes")).hasMessageContaining("notes holds");
  }

  @Test
  void equalFilesMakeEqualSnapshots() throws IOException {
    write("a", "1\n");
    Path run = write("b/run", "2\n");
    assertThat(run.toFile().setExecutable(true)).isTrue();
    Snapshot first = take(true, "a", "b/run");

    assertThat(take(true, "a", "b/run")).isEqualTo(first);
    write("a", "3\n");
    assertThat(take(true, "a", "b/run").tree()).isNotEqualTo(first.tree());
    assertThat(first.bytes()).isEqualTo(4);
  }
}
