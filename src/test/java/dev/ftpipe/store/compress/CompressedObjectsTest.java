package dev.ftpipe.store.compress;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.ObjectStoreContract;
import dev.ftpipe.store.s3.S3ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A place that compresses is a place like any other; what it stores is smaller where that pays. */
final class CompressedObjectsTest extends ObjectStoreContract {
  private static final String KEY = "content";
  private static S3Server server;

  private final String prefix = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected ObjectStore open() {
    return open(Compression.AUTO);
  }

  private ObjectStore open(Compression compression) {
    return new CompressedObjects(plain(), compression, key -> true, this::temporary);
  }

  private ObjectStore plain() {
    return S3ObjectStore.open(server.settings(prefix));
  }

  private Path temporary() {
    return folder.resolve("temporary-" + UUID.randomUUID());
  }

  private List<Path> temporaries() throws IOException {
    try (var files = Files.newDirectoryStream(folder, "temporary-*")) {
      List<Path> all = new ArrayList<>();
      files.forEach(all::add);
      return all;
    }
  }

  /** Lines as in a data set, of which no two are alike. */
  private static byte[] text(int length) {
    Random random = new Random(length);
    StringBuilder lines = new StringBuilder(length + 100);
    while (lines.length() < length) {
      lines.append("{\"prompt\":\"question ").append(random.nextInt()).append("\"}\n");
    }
    return lines.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }

  private AtomicLong store(Compression compression, byte[] bytes) throws IOException {
    AtomicLong moved = new AtomicLong();
    try (ObjectStore store = open(compression)) {
      send(store.upload(KEY, source(bytes)), moved);
    }
    return moved;
  }

  private List<Stored> inPlace() throws IOException {
    List<Stored> all = new ArrayList<>();
    try (ObjectStore plain = plain()) {
      plain.list("", all::add);
    }
    return all;
  }

  private static byte[] read(ObjectStore store, long offset, long length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(
            store.read(
                KEY,
                offset,
                length,
                part -> out.write(part.array(), part.arrayOffset(), part.remaining())))
        .isTrue();
    return out.toByteArray();
  }

  @Test
  void text_isStoredSmaller_andAnyStretchOfItIsReadBack() throws IOException {
    byte[] bytes = text(3_000_001);
    assertThat(store(Compression.AUTO, bytes)).hasValueLessThan(bytes.length / 2);
    assertThat(temporaries()).isEmpty();
    assertThat(inPlace())
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo(KEY + ".3000001.zst"))
        .satisfies(it -> assertThat(it.size()).isLessThan(bytes.length / 2));
    try (ObjectStore store = open()) {
      assertThat(store.find(KEY))
          .hasValueSatisfying(it -> assertThat(it.size()).isEqualTo(bytes.length));
      int frame = Frames.FRAME_BYTES;
      int[][] stretches = {
        {0, bytes.length}, {5, 10}, {frame - 1, 2}, {frame, frame}, {bytes.length - 1, 1}, {7, 0}
      };
      for (int[] each : stretches) {
        assertThat(read(store, each[0], each[1]))
            .isEqualTo(java.util.Arrays.copyOfRange(bytes, each[0], each[0] + each[1]));
      }
    }
  }

  @Test
  void storedObject_isWhatZstdUnpacks() throws IOException {
    byte[] bytes = text(700_000);
    store(Compression.AUTO, bytes);
    Stored stored = inPlace().get(0);
    try (ObjectStore plain = plain()) {
      byte[] packed = plain.read(stored.key(), 1 << 20).orElseThrow();
      assertThat(new ZstdInputStream(new ByteArrayInputStream(packed)).readAllBytes())
          .isEqualTo(bytes);
    }
  }

  @Test
  void bytesThatDoNotGetSmaller_areStoredAsTheyAre() throws IOException {
    byte[] bytes = random(3_000_000);
    assertThat(store(Compression.AUTO, bytes)).hasValue(bytes.length);
    assertThat(inPlace()).singleElement().satisfies(it -> assertThat(it.key()).isEqualTo(KEY));
  }

  @Test
  void whoeverSetsNone_storesBytesAsTheyAre_andReadsThoseOfOthers() throws IOException {
    byte[] bytes = text(500_000);
    store(Compression.AUTO, bytes);
    try (ObjectStore store = open(Compression.NONE)) {
      assertThat(read(store, 0, bytes.length)).isEqualTo(bytes);
      store.delete(List.of(KEY));
    }
    store(Compression.NONE, bytes);
    assertThat(inPlace()).singleElement().satisfies(it -> assertThat(it.key()).isEqualTo(KEY));
  }

  @Test
  void objectThatIsThereBothWays_isOne_andGoesAsOne() throws IOException {
    byte[] bytes = text(500_000);
    store(Compression.AUTO, bytes);
    store(Compression.NONE, bytes);
    assertThat(inPlace()).hasSize(2);
    for (String prefix : List.of("", "none")) {
      List<Stored> listed = new ArrayList<>();
      try (ObjectStore store = open()) {
        store.list(prefix, listed::add);
        if (prefix.isEmpty()) {
          assertThat(listed).singleElement().satisfies(it -> assertThat(it.key()).isEqualTo(KEY));
        } else {
          store.delete(List.of(KEY));
        }
      }
    }
    assertThat(inPlace()).isEmpty();
  }

  @Test
  void damage_inAFrameOrTheTable_isNeverTakenForTheBytes() throws IOException {
    byte[] bytes = text(600_000);
    store(Compression.AUTO, bytes);
    Stored stored = inPlace().get(0);
    try (ObjectStore plain = plain();
        ObjectStore store = open()) {
      byte[] packed = plain.read(stored.key(), 1 << 20).orElseThrow();
      for (int at : new int[] {0, 1000, packed.length / 2, packed.length - 5, packed.length - 30}) {
        byte[] damaged = packed.clone();
        damaged[at] ^= 0x10;
        plain.write(stored.key(), damaged);
        try (ObjectStore fresh = open()) {
          assertThat(Digest.of(read(fresh, 0, bytes.length))).isNotEqualTo(Digest.of(bytes));
        }
      }
      plain.write(stored.key(), packed);
      assertThat(read(store, 0, bytes.length)).isEqualTo(bytes);
    }
  }
}
