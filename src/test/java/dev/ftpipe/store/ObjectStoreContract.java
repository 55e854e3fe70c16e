package dev.ftpipe.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.ObjectStore.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every place for the objects of a remote does alike. */
public abstract class ObjectStoreContract {
  /** More than a single request, and not a whole number of parts. */
  private static final int LARGE = (17 << 20) + 12_345;

  @TempDir protected Path folder;
  private ObjectStore store;

  /** Opens an empty place; the same one when it is called again. */
  protected abstract ObjectStore open() throws IOException;

  /** Whether of several conditional writers at the same moment only one wins. */
  protected boolean decidesRaces() {
    return true;
  }

  @BeforeEach
  void openStore() throws IOException {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void absentObject_isAbsentEverywhere() throws IOException {
    assertThat(store.find("a/b")).isEmpty();
    assertThat(store.read("a/b", 10)).isEmpty();
    assertThat(store.read("a/b", 0, 5, bytes -> {})).isFalse();
    assertThat(store.read("a/b", 0, 0, bytes -> {})).isFalse();
    assertThat(listed("")).isEmpty();
    assertThat(listed("a/")).isEmpty();
    store.delete(List.of("a/b"));
  }

  @Test
  void write_isReadBackAndOverwrites() throws IOException {
    store.write("a/b", text("one"));
    store.write("a/b", text("three"));
    assertThat(store.read("a/b", 5)).contains(text("three"));
    assertThat(store.find("a/b")).hasValueSatisfying(it -> assertThat(it.size()).isEqualTo(5));
  }

  @Test
  void read_ofMoreThanExpected_isAnErrorThatNamesTheObject() throws IOException {
    store.write("a/b", text("three"));
    assertThatThrownBy(() -> store.read("a/b", 4))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("a/b has 5 bytes; at most 4 are expected");
  }

  @Test
  void emptyObject_isThere() throws IOException {
    store.write("empty", new byte[0]);
    assertThat(store.read("empty", 0)).contains(new byte[0]);
    assertThat(store.read("empty", 0, 0, bytes -> {})).isTrue();
    send(store.upload("sent", source(new byte[0])), new AtomicLong());
    assertThat(store.find("sent")).hasValueSatisfying(it -> assertThat(it.size()).isZero());
  }

  @Test
  void list_tellsAllBelowThePrefixInOrder() throws IOException {
    for (String key : List.of("p/b", "p/a/z", "p/a-b", "p/ü", "q", "p2", "p/a0")) {
      store.write(key, text(key));
    }
    assertThat(listed("p/")).containsExactly("p/a-b", "p/a/z", "p/a0", "p/b", "p/ü");
    assertThat(listed("p/a")).containsExactly("p/a-b", "p/a/z", "p/a0");
    assertThat(listed("")).containsExactly("p/a-b", "p/a/z", "p/a0", "p/b", "p/ü", "p2", "q");
    assertThat(listed("none/such/")).isEmpty();
    List<Stored> all = new ArrayList<>();
    store.list("p/ü", all::add);
    assertThat(all).singleElement().satisfies(it -> assertThat(it.size()).isEqualTo(4));
  }

  @Test
  void list_goesOnOverPages() throws IOException {
    for (int i = 0; i < 1050; i++) {
      store.write("many/%04d".formatted(i), new byte[0]);
    }
    assertThat(listed("many/")).hasSize(1050).isSorted();
  }

  @Test
  void range_isExactlyWhatWasAskedFor() throws IOException {
    store.write("a", text("hello, world"));
    assertThat(range("a", 7, 5)).isEqualTo("world");
    assertThat(range("a", 0, 5)).isEqualTo("hello");
    assertThat(range("a", 0, 12)).isEqualTo("hello, world");
  }

  @Test
  void range_pastTheEnd_isAnErrorNotAShortRead() throws IOException {
    store.write("a", text("hello"));
    assertThatThrownBy(() -> range("a", 3, 10)).isInstanceOf(FtpipeException.class);
  }

  @Test
  void writeIfAbsent_neverReplaces() throws IOException {
    assertThat(store.writeIfAbsent("e", text("first"))).isTrue();
    assertThat(store.writeIfAbsent("e", text("second"))).isFalse();
    assertThat(store.read("e", 99)).contains(text("first"));
    assertThat(store.refusesOverwrite()).isTrue();
    assertThat(listed("")).containsExactly("e");
  }

  @Test
  void writeIfAbsent_byManyAtOnce_hasOneWinner() throws Exception {
    assumeTrue(decidesRaces(), "this server looks first and writes then");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 5; round++) {
        String key = "race/" + round;
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          byte[] value = text("writer " + i);
          Callable<Boolean> attempt =
              () -> {
                start.await();
                return store.writeIfAbsent(key, value);
              };
          attempts.add(threads.submit(attempt));
        }
        start.countDown();
        int winners = 0;
        for (Future<Boolean> attempt : attempts) {
          winners += attempt.get() ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void upload_ofASmallObject() throws IOException {
    AtomicLong moved = new AtomicLong();
    byte[] bytes = random(300_000);
    Upload upload = store.upload("x/y", source(bytes));
    send(upload, moved);
    assertThat(content("x/y", bytes.length)).isEqualTo(Digest.of(bytes));
    assertThat(moved).hasValue(bytes.length);
  }

  @Test
  void upload_isSeenAsAWholeOnly() throws IOException {
    byte[] bytes = random(LARGE);
    AtomicLong moved = new AtomicLong();
    Upload upload = store.upload("large", source(bytes));
    for (Upload.Piece piece : upload.pieces()) {
      upload.send(piece, moved::addAndGet);
      assertThat(store.find("large")).isEmpty();
    }
    upload.finish(moved::addAndGet);
    assertThat(content("large", LARGE)).isEqualTo(Digest.of(bytes));
    assertThat(moved).hasValue(LARGE);
    assertThat(listed("")).containsExactly("large");
  }

  @Test
  void upload_afterAnInterruptedOne_sendsOnlyWhatIsMissing() throws IOException {
    byte[] bytes = random(LARGE);
    try (ObjectStore dying = open()) {
      Upload first = dying.upload("large", source(bytes));
      first.send(first.pieces().get(0), moved -> {});
      forget(first);
    }
    AtomicLong moved = new AtomicLong();
    Upload second = store.upload("large", source(bytes));
    long left = LARGE - second.pieces().get(0).length();
    send(second, moved);
    assertThat(content("large", LARGE)).isEqualTo(Digest.of(bytes));
    assertThat(moved).hasValue(left);
  }

  @Test
  void upload_overAnInterruptedOneOfOtherBytes_isWholeAndRight() throws IOException {
    byte[] bytes = random(LARGE);
    byte[] damaged = bytes.clone();
    damaged[5] ^= 1;
    try (ObjectStore dying = open()) {
      Upload first = dying.upload("large", source(damaged));
      first.send(first.pieces().get(0), moved -> {});
      forget(first);
    }
    send(store.upload("large", source(bytes)), new AtomicLong());
    assertThat(content("large", LARGE)).isEqualTo(Digest.of(bytes));
  }

  @Test
  void abandonedUpload_leavesNothing() throws IOException {
    byte[] bytes = random(LARGE);
    Upload upload = store.upload("large", source(bytes));
    upload.send(upload.pieces().get(0), moved -> {});
    upload.abandon();
    assertThat(listed("")).isEmpty();
    assertThat(store.dropUnfinished("", 0)).isZero();
  }

  @Test
  void dropUnfinished_removesOldUploadsOnly() throws IOException {
    try (ObjectStore dying = open()) {
      Upload upload = dying.upload("large", source(random(LARGE)));
      upload.send(upload.pieces().get(0), moved -> {});
      forget(upload);
    }
    assertThat(store.dropUnfinished("", 1)).isZero();
    assertThat(store.dropUnfinished("", 0)).isEqualTo(1);
    assertThat(store.dropUnfinished("", 0)).isZero();
  }

  @Test
  void sourceThatCannotBeRead_isItsOwnIoException() {
    ObjectStore.Source gone = new FileSource(folder.resolve("gone"), 5);
    assertThatThrownBy(() -> send(store.upload("a", gone), new AtomicLong()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone");
  }

  @Test
  void delete_takesManyAtOnce() throws IOException {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      keys.add("d/" + i);
      store.write("d/" + i, text("x"));
    }
    store.write("kept", text("x"));
    keys.add("d/never-was");
    store.delete(keys);
    assertThat(listed("")).containsExactly("kept");
  }

  /** What the process of an upload does when it is killed: nothing more. */
  protected void forget(Upload upload) throws IOException {}

  private List<String> listed(String prefix) throws IOException {
    List<String> keys = new ArrayList<>();
    store.list(prefix, each -> keys.add(each.key()));
    return keys;
  }

  private String range(String key, long offset, long length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(
            store.read(
                key,
                offset,
                length,
                bytes -> out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining())))
        .isTrue();
    return out.toString(StandardCharsets.UTF_8);
  }

  private Digest content(String key, long length) throws IOException {
    var sha256 = Digest.sha256();
    assertThat(store.read(key, 0, length, sha256::update)).isTrue();
    return Digest.finish(sha256);
  }

  protected static void send(Upload upload, AtomicLong moved) throws IOException {
    for (Upload.Piece piece : upload.pieces()) {
      upload.send(piece, moved::addAndGet);
    }
    upload.finish(moved::addAndGet);
  }

  protected ObjectStore.Source source(byte[] bytes) throws IOException {
    return FileSource.of(Files.write(Files.createTempFile(folder, "source", ""), bytes));
  }

  protected static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
