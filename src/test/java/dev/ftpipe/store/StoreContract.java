package dev.ftpipe.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store does. */
public abstract class StoreContract {
  // SHA-256 of "hello\n", by sha256sum.
  private static final Digest HELLO =
      new Digest("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");

  @TempDir protected Path folder;
  protected final List<String> notes = new ArrayList<>();
  protected Store store;

  /** An empty store that reports damage to {@link #notes}. */
  protected abstract Store open() throws IOException;

  /** Replaces the stored bytes, in a small blob by as many, behind the store's back. */
  protected abstract void overwrite(Digest digest, byte[] bytes) throws IOException;

  /** Replaces the stored entry behind the store's back. */
  protected abstract void overwrite(ActionKey key, byte[] bytes) throws IOException;

  @AfterEach
  final void releaseStore() throws IOException {
    store.content().release();
  }

  @BeforeEach
  final void openStore() throws IOException {
    store = open();
  }

  @Test
  void put_whenFile_givesDigestAndSizeOfItsBytes() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "hello\n");
    assertThat(store.content().put(file)).isEqualTo(new ContentStore.Blob(HELLO, 6));
    assertThat(store.content().contains(HELLO, 6)).isTrue();
  }

  @Test
  void put_whenThereAlready_isTheSameBlob() throws IOException {
    byte[] bytes = "hello\n".getBytes(StandardCharsets.UTF_8);
    assertThat(store.content().put(bytes)).isEqualTo(store.content().put(bytes));
    assertThat(store.content().read(HELLO)).contains(bytes);
  }

  @Test
  void restore_whenPresent_writesTheBytes() throws IOException {
    byte[] bytes = new byte[1_000_003];
    new Random(1).nextBytes(bytes);
    ContentStore.Blob blob = store.content().put(bytes);
    Path target = folder.resolve("target");
    assertThat(store.content().restore(blob.digest(), blob.size(), target)).isTrue();
    assertThat(target).hasBinaryContent(bytes);
    assertThat(Files.isWritable(target)).isTrue();
  }

  @Test
  void restore_whenAbsent_isAMiss() throws IOException {
    Path target = folder.resolve("target");
    assertThat(store.content().restore(HELLO, 6, target)).isFalse();
    assertThat(store.content().read(HELLO)).isEmpty();
    assertThat(store.content().contains(HELLO, 6)).isFalse();
    assertThat(target).doesNotExist();
    assertThat(notes).isEmpty();
  }

  @Test
  void restore_whenBytesDiffer_namesAndRemovesTheBlob() throws IOException {
    store.content().put("hello\n".getBytes(StandardCharsets.UTF_8));
    overwrite(HELLO, "hellO\n".getBytes(StandardCharsets.UTF_8));
    Path target = folder.resolve("target");
    assertThat(store.content().restore(HELLO, 6, target)).isFalse();
    assertThat(target).doesNotExist();
    assertThat(store.content().contains(HELLO, 6)).isFalse();
    assertThat(notes).singleElement().asString().contains(HELLO.hex().substring(2));
    store.content().put("hello\n".getBytes(StandardCharsets.UTF_8));
    assertThat(store.content().restore(HELLO, 6, target)).isTrue();
  }

  @Test
  void restore_whenLarge_writesTheBytes() throws IOException {
    byte[] bytes = large();
    ContentStore.Blob blob = store.content().put(bytes);
    assertThat(blob).isEqualTo(new ContentStore.Blob(Digest.of(bytes), bytes.length));
    Path target = folder.resolve("target");
    assertThat(store.content().restore(blob.digest(), blob.size(), target)).isTrue();
    assertThat(target).hasBinaryContent(bytes);
    assertThat(store.content().put(target)).isEqualTo(blob);
    assertThat(store.content().read(blob.digest())).contains(bytes);
  }

  private static byte[] large() {
    byte[] bytes = new byte[9_000_001];
    new Random(2).nextBytes(bytes);
    return bytes;
  }

  @Test
  void restore_whenLargeBytesDiffer_namesAndRemovesTheBlob() throws IOException {
    byte[] bytes = large();
    ContentStore.Blob blob = store.content().put(bytes);
    byte[] other = bytes.clone();
    other[8_000_000] ^= 1;
    overwrite(blob.digest(), other);
    Path target = folder.resolve("target");
    assertThat(store.content().restore(blob.digest(), blob.size(), target)).isFalse();
    assertThat(target).doesNotExist();
    assertThat(store.content().contains(blob.digest(), blob.size())).isFalse();
    assertThat(notes).hasSize(1);
  }

  @Test
  void contains_whenCutShort_namesAndRemovesTheBlob() throws IOException {
    ContentStore.Blob blob = store.content().put(large());
    overwrite(blob.digest(), new byte[3]);
    assertThat(store.content().contains(blob.digest(), blob.size())).isFalse();
    assertThat(notes).singleElement().asString().contains("3 bytes instead of 9000001");
  }

  @Test
  void contains_whenOfAnotherSize_isFalse() throws IOException {
    store.content().put("hello\n".getBytes(StandardCharsets.UTF_8));
    assertThat(store.content().contains(HELLO, 5)).isFalse();
    assertThat(store.content().restore(HELLO, 5, folder.resolve("target"))).isFalse();
    assertThat(folder.resolve("target")).doesNotExist();
  }

  @Test
  void put_whenSourceWritesInPieces_isTheBlobOfAll() throws IOException {
    for (byte[] bytes : List.of(new byte[0], new byte[1], new byte[70_000], large())) {
      ContentStore.Blob blob =
          store
              .content()
              .put(
                  out -> {
                    for (int at = 0; at < bytes.length; at += 1000) {
                      out.write(bytes, at, Math.min(1000, bytes.length - at));
                    }
                  });
      assertThat(blob).isEqualTo(new ContentStore.Blob(Digest.of(bytes), bytes.length));
      assertThat(store.content().read(blob.digest())).contains(bytes);
    }
  }

  @Test
  void batch_keepsAllAndIsSeenByOthers() throws Exception {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      files.add(Files.writeString(folder.resolve("f" + i), "text " + i % 2000));
    }
    try (ContentStore.Batch batch = store.content().batch()) {
      files.parallelStream()
          .forEach(
              file -> {
                try {
                  batch.put(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    ContentStore other = open().content();
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = ("text " + i).getBytes(StandardCharsets.UTF_8);
      assertThat(other.contains(Digest.of(bytes), bytes.length)).isTrue();
      assertThat(other.read(Digest.of(bytes))).contains(bytes);
    }
  }

  @Test
  void release_whenCalled_keepsAllAndTheStoreGoesOn() throws IOException {
    for (int i = 0; i < 5; i++) {
      byte[] bytes = ("text " + i).getBytes(StandardCharsets.UTF_8);
      store.content().put(bytes);
      store.content().release();
      for (int k = 0; k <= i; k++) {
        byte[] earlier = ("text " + k).getBytes(StandardCharsets.UTF_8);
        assertThat(store.content().read(Digest.of(earlier))).contains(earlier);
      }
    }
  }

  @Test
  void read_whenDamaged_isAMiss() throws IOException {
    store.content().put("hello\n".getBytes(StandardCharsets.UTF_8));
    overwrite(HELLO, new byte[6]);
    assertThat(store.content().read(HELLO)).isEmpty();
    assertThat(notes).hasSize(1);
  }

  @Test
  void put_whenManyAtOnce_keepsOneSoundBlob() throws Exception {
    byte[] bytes = new byte[300_000];
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<ContentStore.Blob>> puts = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        puts.add(() -> store.content().put(bytes));
      }
      for (Future<ContentStore.Blob> each : pool.invokeAll(puts)) {
        assertThat(store.content().read(each.get().digest())).contains(bytes);
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void find_whenPut_givesTheResultBack() throws IOException {
    ActionKey key = new ActionKey(Digest.of("key"));
    assertThat(store.actions().find(key)).isEmpty();
    store.actions().put(key, result(1.5));
    assertThat(store.actions().find(key)).contains(result(1.5));
    store.actions().put(key, result(2.5));
    assertThat(store.actions().find(key)).contains(result(2.5));
  }

  @Test
  void find_whenEntryIsDamaged_isAMiss() throws IOException {
    ActionKey key = new ActionKey(Digest.of("key"));
    store.actions().put(key, result(1));
    overwrite(key, "{\"outputs\":".getBytes(StandardCharsets.UTF_8));
    assertThat(store.actions().find(key)).isEmpty();
    assertThat(notes).hasSize(1);
    assertThat(store.actions().keys()).isEmpty();
  }

  @Test
  void keys_areSorted() throws IOException {
    assertThat(store.actions().keys()).isEmpty();
    List<ActionKey> keys = new ArrayList<>();
    for (String text : List.of("a", "b", "c", "d")) {
      ActionKey key = new ActionKey(Digest.of(text));
      keys.add(key);
      store.actions().put(key, result(1));
    }
    assertThat(store.actions().keys()).containsExactlyElementsOf(keys.stream().sorted().toList());
  }

  private static ActionResult result(double seconds) {
    return new ActionResult(
        Json.mapper().createObjectNode().put("format", 1),
        Map.of("a/b", new Artifact(Artifact.Kind.EXECUTABLE, HELLO, 6)),
        Optional.of(new Artifact(Artifact.Kind.FILE, HELLO, 6)),
        seconds,
        Optional.empty(),
        "1",
        Map.of("m.json", JsonNodeFactory.instance.objectNode().put("loss", 0.25)));
  }
}
