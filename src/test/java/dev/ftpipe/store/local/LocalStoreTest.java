package dev.ftpipe.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.StoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The folder's layout, over the contract. */
final class LocalStoreTest extends StoreContract {
  private Path root() {
    return folder.resolve("cache");
  }

  @Override
  protected Store open() {
    return LocalStore.open(root(), notes::add);
  }

  @Override
  protected void overwrite(Digest digest, byte[] bytes) throws IOException {
    replace(blob(digest), bytes);
  }

  @Override
  protected void overwrite(ActionKey key, byte[] bytes) throws IOException {
    String hex = key.hex();
    replace(
        root().resolve("actions/" + hex.substring(0, 2) + "/" + hex.substring(2) + ".json"), bytes);
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    assertThat(file).exists();
    Files.delete(file);
    Files.write(file, bytes);
  }

  private Path blob(Digest digest) {
    return root()
        .resolve("cas/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex().substring(2));
  }

  @Test
  void put_leavesOneReadOnlyFileAndNoTemporaryOnes() throws IOException {
    ContentStore.Blob blob = store.content().put(new byte[10]);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(blob(blob.digest()))))
        .isEqualTo("r--r--r--");
    try (Stream<Path> files = Files.walk(root())) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(blob(blob.digest()));
    }
  }

  @Test
  void put_whenTheFolderCannotBeMade_namesIt() throws IOException {
    Files.writeString(root(), "a file in its place");
    assertThatThrownBy(() -> store.content().put(new byte[1]))
        .isInstanceOfSatisfying(
            FtpipeException.class,
            e -> assertThat(e.kind()).isEqualTo(FtpipeException.Kind.ENVIRONMENT))
        .hasMessageContaining(root().toString());
  }
}
