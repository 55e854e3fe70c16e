package dev.ftpipe.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What moves between a cache and a remote, and what is noticed on the way. */
abstract class RemoteContract {
  private static final int LARGE = (20 << 20) + 77;
  private static final ActionKey KEY = new ActionKey(Digest.of("key"));

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();
  private final List<Blob> files = new ArrayList<>();
  private Store here;
  private Blob tree;
  private Remote remote;

  /** The place; the same one at each call. */
  protected abstract ObjectStore open();

  /** A folder that is removed after the test. */
  protected Path folder() {
    return folder;
  }

  @BeforeEach
  void fill() throws IOException {
    here = LocalStore.open(folder.resolve("here"), notes::add);
    for (int i = 0; i < 500; i++) {
      files.add(here.content().put(random(i, i * 3)));
    }
    files.add(here.content().put(random(9, LARGE)));
    files.add(here.content().put(random(10, 1 << 20)));
    tree = here.content().put(random(11, 5_000));
    here.actions().put(KEY, result(1));
    remote = connect("work");
  }

  @AfterEach
  void close() throws IOException {
    remote.close();
    here.content().release();
  }

  private Remote connect(String work) {
    return new Remote(open(), Compression.AUTO, folder.resolve(work), 4, notes::add);
  }

  private PushPlan plan() {
    return new PushPlan(files, List.of(tree), List.of(KEY));
  }

  private List<Blob> all() {
    List<Blob> all = new ArrayList<>(files);
    all.add(tree);
    return all;
  }

  @Test
  void push_thenFetch_bringsEverythingToAnEmptyCache() throws IOException {
    PushReport pushed = remote.push(here, plan());
    assertThat(pushed.objects()).isEqualTo(504);
    assertThat(pushed.verified()).isEqualTo(504);
    assertThat(pushed.sent()).isEqualTo(504);

    Store there = LocalStore.open(folder.resolve("there"), notes::add);
    try (Remote other = connect("other")) {
      assertThat(other.action(KEY)).contains(result(1));
      FetchReport fetched = other.fetch(there.content(), all());
      assertThat(fetched.isComplete()).isTrue();
      assertThat(fetched.received()).isEqualTo(503);
      for (Blob blob : all()) {
        assertThat(there.content().contains(blob.digest(), blob.size())).isTrue();
      }
      assertThat(there.content().read(files.get(500).digest())).contains(random(9, LARGE));
      assertThat(other.fetch(there.content(), all()).movedBytes()).isZero();
    }
    there.content().release();
    assertThat(notes).isEmpty();
  }

  @Test
  void push_again_sendsNothing() throws IOException {
    remote.push(here, plan());
    try (Remote later = connect("work")) {
      PushReport again = later.push(here, plan());
      assertThat(again.sent()).isZero();
      assertThat(again.movedBytes()).isZero();
      assertThat(again.verified()).isEqualTo(504);
      assertThat(later.missing(plan()).size()).isZero();
    }
  }

  @Test
  void push_fromAnotherMachine_sendsOnlyWhatIsNew() throws IOException {
    remote.push(here, plan());
    Blob added = here.content().put(random(12, 1234));
    try (Remote other = connect("other")) {
      PushPlan more = new PushPlan(List.of(files.get(3), added), List.of(), List.of());
      assertThat(other.missing(more).files()).containsExactly(added);
      PushReport pushed = other.push(here, more);
      assertThat(pushed.sent()).isEqualTo(1);
      assertThat(pushed.movedBytes()).isLessThan(4_000);
    }
  }

  @Test
  void whatWasDeletedBehindOurBack_isNoticedAndSentAgain() throws IOException {
    remote.push(here, plan());
    try (ObjectStore objects = open()) {
      List<String> packs = new ArrayList<>();
      objects.list("packs/", each -> packs.add(each.key()));
      packs.removeIf(key -> key.startsWith("packs/index/"));
      objects.delete(packs);
      objects.delete(List.of(RemoteLayout.blob(files.get(500).digest())));
    }
    assertThat(remote.missing(plan()).size()).isEqualTo(502);
    PushReport pushed = remote.push(here, plan());
    assertThat(pushed.sent()).isEqualTo(502);
    assertThat(pushed.verified()).isEqualTo(504);
  }

  @Test
  void damagedBlobAtTheRemote_isNamedAndNeverKept() throws IOException {
    remote.push(here, plan());
    Blob large = files.get(501);
    try (ObjectStore objects = open()) {
      byte[] bytes = random(10, 1 << 20);
      bytes[77] ^= 1;
      objects.write(RemoteLayout.blob(large.digest()), bytes);
      List<String> packs = new ArrayList<>();
      objects.list("packs/", each -> packs.add(each.key()));
      String pack = packs.stream().filter(key -> key.endsWith(".pack")).findFirst().orElseThrow();
      byte[] packed = objects.read(pack, 1 << 26).orElseThrow();
      packed[packed.length / 2] ^= 1;
      objects.write(pack, packed);
    }
    Store there = LocalStore.open(folder.resolve("there"), notes::add);
    FetchReport fetched = remote.fetch(there.content(), all());
    assertThat(fetched.damaged()).hasSize(2).contains(large);
    assertThat(fetched.received()).isEqualTo(501);
    for (Blob blob : fetched.damaged()) {
      assertThat(there.content().contains(blob.digest(), blob.size())).isFalse();
    }
    there.content().release();
  }

  @Test
  void blobThatNobodyHas_isNamed() throws IOException {
    Blob small = new Blob(Digest.of("nobody"), 6);
    Blob large = new Blob(Digest.of("nobody large"), LARGE);
    PushReport pushed =
        remote.push(
            here, new PushPlan(List.of(small, large, files.get(0)), List.of(), List.of(KEY)));
    assertThat(pushed.absent()).containsExactlyInAnyOrder(small, large);
    assertThat(remote.action(KEY)).as("refers to what is not there").isEmpty();
    FetchReport fetched = remote.fetch(here.content(), List.of(small, large));
    assertThat(fetched.absent()).containsExactlyInAnyOrder(small, large);
  }

  @Test
  void damagedBlobHere_isNotSent() throws IOException {
    Blob large = files.get(500);
    Path file = here.content().file(large.digest(), large.size()).orElseThrow();
    file.toFile().setWritable(true);
    byte[] bytes = Files.readAllBytes(file);
    bytes[LARGE / 2] ^= 1;
    Files.write(file, bytes);
    PushReport pushed = remote.push(here, plan());
    assertThat(pushed.damaged()).containsExactly(large);
    try (ObjectStore objects = open()) {
      assertThat(objects.find(RemoteLayout.blob(large.digest()))).isEmpty();
    }
    assertThat(remote.action(KEY)).isEmpty();
  }

  @Test
  void damagedEntry_countsAsNone() throws IOException {
    remote.push(here, plan());
    try (ObjectStore objects = open()) {
      byte[] text = objects.read(RemoteLayout.action(KEY), 1 << 20).orElseThrow();
      text[20] ^= 1;
      objects.write(RemoteLayout.action(KEY), text);
    }
    assertThat(remote.action(KEY)).isEmpty();
    assertThat(notes).singleElement().asString().contains("damaged", "actions/");
  }

  @Test
  void pushAndFetchThatBreakOff_goOnWhereTheyEnded() throws IOException {
    long size = all().stream().mapToLong(Blob::size).sum();
    long moved = 0;
    for (int round = 0; round < 3; round++) {
      try (Remote failing =
          new Remote(
              new FailingStore(open(), 2 + round),
              Compression.AUTO,
              folder.resolve("work"),
              1,
              notes::add)) {
        failing.push(here, plan());
      } catch (FtpipeException e) {
        assertThat(e).hasMessage("the test ends here");
      }
    }
    try (Remote later = connect("work")) {
      assertThat(later.push(here, plan()).verified()).isEqualTo(504);
    }
    Store there = LocalStore.open(folder.resolve("there"), notes::add);
    for (int round = 0; round < 3; round++) {
      FailingStore objects = new FailingStore(open(), 3);
      try (Remote failing =
          new Remote(objects, Compression.AUTO, folder.resolve("other"), 1, notes::add)) {
        failing.fetch(there.content(), all());
      } catch (FtpipeException e) {
        assertThat(e).hasMessage("the test ends here");
      }
      moved += objects.received();
    }
    try (Remote later = connect("other")) {
      FetchReport fetched = later.fetch(there.content(), all());
      assertThat(fetched.isComplete()).isTrue();
      moved += fetched.movedBytes();
    }
    assertThat(moved).isLessThan(size * 12 / 10);
    there.content().release();
  }

  @Test
  void fetchForRestores_writesBothCopiesAtOnce() throws IOException {
    remote.push(here, plan());
    Path place = folder.resolve("there");
    Store there = LocalStore.open(place, notes::add);
    there.content().expectRestores();
    Blob large = files.get(500);
    try (Remote other = connect("other")) {
      assertThat(other.fetch(there.content(), List.of(large, files.get(501))).received())
          .isEqualTo(2);
    }
    for (String name : List.of("first", "second")) {
      Path target = folder.resolve(name);
      assertThat(there.content().restore(large.digest(), large.size(), target)).isTrue();
      assertThat(target).hasBinaryContent(random(9, LARGE));
      assertThat(Files.isWritable(target)).isTrue();
    }
    assertThat(there.content().read(large.digest())).contains(random(9, LARGE));
    there.content().release();
    for (String left : List.of("incoming", "tmp")) {
      assertThat(place.resolve(left)).isEmptyDirectory();
    }
    assertThat(notes).isEmpty();
  }

  private static ActionResult result(double seconds) {
    return new ActionResult(
        JsonNodeFactory.instance.objectNode().put("format", 1),
        Map.of("a/b", new Artifact(Artifact.Kind.FILE, Digest.of("x"), 1)),
        Optional.empty(),
        seconds,
        Optional.of("host"),
        "1",
        Map.of());
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
