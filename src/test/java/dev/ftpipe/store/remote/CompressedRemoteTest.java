package dev.ftpipe.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.local.LocalStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content that gets smaller: pushed, fetched, checked, mended and dropped as any other. */
final class CompressedRemoteTest {
  private static final int LARGE = 20_000_077;

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();
  private final List<Blob> files = new ArrayList<>();
  private Store here;
  private Store there;
  private Blob large;

  @BeforeEach
  void fill() throws IOException {
    here = LocalStore.open(folder.resolve("here"), notes::add);
    there = LocalStore.open(folder.resolve("there"), notes::add);
    for (int i = 0; i < 300; i++) {
      files.add(here.content().put(text(i, 2_000 + i)));
    }
    large = here.content().put(text(-1, LARGE));
    files.add(large);
  }

  @AfterEach
  void close() throws IOException {
    here.content().release();
    there.content().release();
  }

  private static byte[] text(int seed, int length) {
    Random random = new Random(seed);
    StringBuilder lines = new StringBuilder(length + 100);
    while (lines.length() < length) {
      lines.append("{\"prompt\":\"question ").append(random.nextInt()).append("\"}\n");
    }
    return lines.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }

  private ObjectStore place() {
    return FolderObjectStore.open(folder.resolve("remote"));
  }

  private Remote connect(ObjectStore place) {
    return new Remote(place, Compression.AUTO, folder.resolve("work"), 4, notes::add);
  }

  private PushPlan plan() {
    return new PushPlan(files, List.of(), List.of());
  }

  private long push() throws IOException {
    try (Remote remote = connect(place())) {
      PushReport report = remote.push(here, plan());
      assertThat(report.verified()).isEqualTo(files.size());
      return report.movedBytes();
    }
  }

  private List<String> keys() throws IOException {
    List<String> keys = new ArrayList<>();
    try (ObjectStore place = place()) {
      place.list("", each -> keys.add(each.key()));
    }
    keys.removeIf(key -> key.startsWith("packs/index/"));
    return keys;
  }

  @Test
  void pushAndFetch_moveLess_andBringTheSameBytes() throws IOException {
    long size = files.stream().mapToLong(Blob::size).sum();
    try (Remote remote = connect(place())) {
      assertThat(remote.push(here, plan()).movedBytes()).isLessThan(size / 2);
      assertThat(remote.transfer().bytes()).as("done").isGreaterThanOrEqualTo(size);
    }
    assertThat(keys()).hasSize(2).allMatch(key -> key.endsWith(".zst"));
    assertThat(push()).as("again").isZero();
    try (Remote remote = connect(place())) {
      assertThat(remote.missing(plan()).size()).isZero();
      assertThat(remote.sized(List.of(large.digest(), files.get(3).digest())))
          .containsExactlyInAnyOrder(large, files.get(3));
      assertThat(remote.fetch(there.content(), files).received()).isEqualTo(files.size());
    }
    for (Blob blob : files) {
      assertThat(there.content().read(blob.digest()))
          .hasValueSatisfying(bytes -> assertThat(Digest.of(bytes)).isEqualTo(blob.digest()));
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void pushThatBreaksOff_goesOnWithTheSameParts() throws IOException {
    try (Remote failing = connect(new FailingStore(place(), 2))) {
      failing.push(here, plan());
    } catch (FtpipeException e) {
      assertThat(e).hasMessage("the test ends here");
    }
    push();
    try (Remote remote = connect(place())) {
      assertThat(remote.upkeep().audit((key, path) -> true).audit().damages()).isEmpty();
    }
  }

  @Test
  void damage_isNamedByVerify_neverFetched_andMended() throws IOException {
    push();
    try (ObjectStore place = place()) {
      for (String key : keys()) {
        byte[] bytes = place.read(key, LARGE).orElseThrow();
        bytes[bytes.length / 3] ^= 1;
        place.write(key, bytes);
      }
    }
    try (Remote remote = connect(place())) {
      List<Blob> damaged = remote.fetch(there.content(), files).damaged();
      assertThat(damaged).contains(large).hasSizeGreaterThan(1);
      RemoteAudit audit = remote.upkeep().audit((key, path) -> true);
      assertThat(audit.audit().damages()).isNotEmpty();
      remote.upkeep().mend(here, audit);
    }
    push();
    try (Remote remote = connect(place())) {
      assertThat(remote.upkeep().audit((key, path) -> true).audit().damages()).isEmpty();
      assertThat(remote.fetch(there.content(), files).isComplete()).isTrue();
    }
  }

  @Test
  void gc_dropsWhatNobodyNeeds() throws IOException {
    push();
    Needed three =
        new Needed() {
          @Override
          public boolean needs(Digest blob) {
            return files.subList(0, 3).stream().anyMatch(each -> each.digest().equals(blob));
          }

          @Override
          public boolean needs(ActionKey entry) {
            return false;
          }
        };
    try (Remote remote = connect(place())) {
      remote.upkeep().sweep(Duration.ZERO, recent -> three);
    }
    assertThat(keys()).singleElement().asString().contains(".pack");
    try (Remote remote = connect(place())) {
      assertThat(remote.fetch(there.content(), files.subList(0, 3)).isComplete()).isTrue();
      assertThat(remote.fetch(there.content(), List.of(large)).absent()).containsExactly(large);
    }
  }
}
