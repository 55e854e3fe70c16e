package dev.ftpipe.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.Tree;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.s3.S3ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects and folders of buckets, and files of this machine. */
final class BucketFilesTest {
  private static final byte[] LARGE = Fetchers.random(2_000_000);

  @TempDir private Path folder;

  private Fetcher.Fetched fetch(String url, Function<String, ObjectStore> buckets)
      throws IOException {
    return new Fetchers(folder).with(Map.of(), buckets).fetch(url);
  }

  @Test
  void objectsOfAnS3Server_areFetchedAsFileAndAsFolder() throws Exception {
    try (S3Server server = S3Server.start()) {
      try (ObjectStore bucket = S3ObjectStore.open(server.settings(""))) {
        bucket.write("data/large.bin", LARGE);
        bucket.write("data/in/small.txt", new byte[] {1});
      }
      Function<String, ObjectStore> buckets = name -> S3ObjectStore.open(server.settings(""));
      Fetcher.Fetched file = fetch("s3://bucket/data/large.bin", buckets);
      assertThat(file.content().digest()).isEqualTo(Fetchers.digest(LARGE));
      assertThat(file.origin().pin()).matches("[0-9a-f]{32}");
      Fetcher.Fetched all = fetch("s3://bucket/data/", buckets);
      assertThat(
              Tree.parse(new Fetchers(folder).bytes(all.content())).entries().stream()
                  .map(Tree.Entry::path))
          .containsExactly("in/small.txt", "large.bin");
      Fetcher fetcher = new Fetchers(folder).with(Map.of(), buckets);
      assertThat(fetcher.presentPin("s3://bucket/data")).isEqualTo(all.origin().pin());
      assertThatThrownBy(() -> fetch("s3://bucket/none", buckets))
          .hasMessageContaining("there is nothing at s3://bucket/none");
    }
  }

  @Test
  void partOfAnObject_isGoneOnWith() throws IOException {
    Path bucket = folder.resolve("bucket");
    Files.createDirectories(bucket);
    Files.write(bucket.resolve("large.bin"), LARGE);
    ObjectStore objects = FolderObjectStore.open(bucket);
    String tag = objects.find("large.bin").orElseThrow().tag();
    String name = dev.ftpipe.base.Digest.of("s3://b/large.bin\nlarge.bin").hex();
    try (Partial partial = Partial.open(folder.resolve("work").resolve(name), "it")) {
      partial.begin(new Partial.State(tag, ""));
      // Not what the object has: to see that it is gone on with.
      partial.append(new byte[1_000_000], 1_000_000);
    }
    byte[] expected = LARGE.clone();
    java.util.Arrays.fill(expected, 0, 1_000_000, (byte) 0);
    assertThat(fetch("s3://b/large.bin", any -> objects).content().digest())
        .isEqualTo(Fetchers.digest(expected));
    assertThat(fetch("s3://b/large.bin", any -> objects).content().digest())
        .isEqualTo(Fetchers.digest(LARGE));
  }

  @Test
  void filesOfThisMachine_areFetched() throws IOException {
    Path outside = folder.resolve("out side");
    Files.createDirectories(outside.resolve("in"));
    Files.write(outside.resolve("a.bin"), LARGE);
    Files.writeString(outside.resolve("in/b.txt"), "b");
    assertThat(fetch(outside.resolve("a.bin").toUri().toString(), any -> null).content().digest())
        .isEqualTo(Fetchers.digest(LARGE));
    assertThat(fetch(outside.toUri().toString(), any -> null).content().size())
        .isEqualTo(2_000_001);
    assertThatThrownBy(() -> fetch("file:///no/such/file", any -> null))
        .hasMessageContaining("there is nothing at /no/such/file");
    assertThat(List.of(folder.resolve("work").toFile().exists())).containsExactly(false);
  }
}
