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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
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
    if (Files.exists(blob(digest))) {
      replace(blob(digest), bytes);
    } else {
      assertThat(PackFiles.overwrite(root(), digest, bytes)).isTrue();
    }
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
    ContentStore.Blob blob = store.content().put(new byte[1 << 20]);
    store.content().release();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(blob(blob.digest()))))
        .isEqualTo("r--r--r--");
    try (Stream<Path> files = Files.walk(root())) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(blob(blob.digest()));
    }
  }

  @Test
  void put_whenSmall_growsOnePackFromCommandToCommand() throws IOException {
    for (int i = 0; i < 4; i++) {
      Store command = open();
      command.content().put(("text " + i).getBytes(StandardCharsets.UTF_8));
      command.content().release();
    }
    assertThat(PackFiles.packs(root())).hasSize(1);
    assertThat(store.content().contains(Digest.of("text 0"), 6)).isTrue();
  }

  @Test
  void put_whenThereAreMany_sealsPacksNamedByTheirBytes() throws IOException {
    byte[] bytes = new byte[1_000_000];
    for (int i = 0; i < 70; i++) {
      bytes[0] = (byte) i;
      store.content().put(bytes);
    }
    List<Path> packs = PackFiles.packs(root());
    assertThat(packs).hasSize(2);
    Path sealed = packs.get(0);
    assertThat(sealed.getFileName()).hasToString(Digest.ofFile(sealed).hex() + ".pack");
    assertThat(sealed.resolveSibling("index/" + Digest.ofFile(sealed).hex() + ".idx")).exists();
    Store other = open();
    for (int i = 0; i < 70; i++) {
      bytes[0] = (byte) i;
      assertThat(other.content().read(Digest.of(bytes))).contains(bytes);
    }
  }

  @Test
  void find_whenTheIndexIsGoneOrWrong_isMadeAgainFromThePack() throws IOException {
    byte[] bytes = new byte[1_000_000];
    for (int i = 0; i < 70; i++) {
      bytes[0] = (byte) i;
      store.content().put(bytes);
    }
    store.content().release();
    String name = PackFiles.packs(root()).get(0).getFileName().toString();
    Path index = root().resolve("packs/index/" + name.replace(".pack", ".idx"));
    byte[] whole = Files.readAllBytes(index);
    byte[] wrong = whole.clone();
    // Offsets of all blobs, see PackIndex.
    for (int at = 20 + 1024 + 32; at < wrong.length; at += 40) {
      wrong[at] ^= 1;
    }
    for (byte[] damaged : List.of(new byte[0], Arrays.copyOf(whole, 1500), wrong)) {
      Files.write(index, damaged);
      ContentStore other = open().content();
      for (int i = 0; i < 70; i++) {
        bytes[0] = (byte) i;
        assertThat(other.read(Digest.of(bytes))).contains(bytes);
      }
      assertThat(notes).isNotEmpty();
      other.release();
      assertThat(index).hasBinaryContent(whole);
    }
  }

  @Test
  void put_whenTheLastWriterWasTorn_cutsThePackAndGoesOn() throws IOException {
    store.content().put("one".getBytes(StandardCharsets.UTF_8));
    store.content().put("two".getBytes(StandardCharsets.UTF_8));
    store.content().release();
    Path pack = PackFiles.packs(root()).get(0);
    long whole = Files.size(pack);
    Files.write(pack, new byte[] {'b', 'l', 'o', 'b', 0, 0, 0, 9, 1, 2}, StandardOpenOption.APPEND);
    ContentStore other = open().content();
    assertThat(other.read(Digest.of("two"))).isPresent();
    other.put("three".getBytes(StandardCharsets.UTF_8));
    assertThat(pack).hasSize(whole + 40 + 5);
    other.release();
    assertThat(open().content().read(Digest.of("three"))).isPresent();
    assertThat(notes).isEmpty();
  }

  @Test
  void read_whenDamaged_staysDroppedInTheNextCommand() throws IOException {
    store.content().put("one".getBytes(StandardCharsets.UTF_8));
    store.content().put("two".getBytes(StandardCharsets.UTF_8));
    overwrite(Digest.of("one"), "onE".getBytes(StandardCharsets.UTF_8));
    assertThat(store.content().read(Digest.of("one"))).isEmpty();
    store.content().release();
    assertThat(open().content().contains(Digest.of("one"), 3)).isFalse();
    assertThat(open().content().contains(Digest.of("two"), 3)).isTrue();
    assertThat(notes).hasSize(1);
  }

  @Test
  void temporary_ofADeadProcess_goesWithTheNextLargePut() throws IOException {
    Path left = root().resolve("tmp/dead-0.tmp");
    Files.createDirectories(left.getParent());
    Files.write(left, new byte[3]);
    Files.createFile(left.resolveSibling("dead.lock"));
    store.content().put(new byte[2 << 20]);
    assertThat(left).doesNotExist();
    assertThat(left.resolveSibling("dead.lock")).doesNotExist();
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
