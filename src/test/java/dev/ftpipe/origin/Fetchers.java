package dev.ftpipe.origin;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Link;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Fetchers that lose patience soon. */
final class Fetchers {
  static final Patience SHORT =
      new Patience(4, Duration.ofMillis(5), Duration.ofSeconds(2), Duration.ofSeconds(1), 1 << 22);

  final ContentStore content;
  private final Path folder;

  Fetchers(Path folder) {
    this.folder = folder;
    this.content =
        LocalStore.open(folder.resolve("cache"), List.of(Link.COPY), note -> {}).content();
  }

  Fetcher with(Map<String, String> environment) {
    return with(environment, bucket -> null);
  }

  Fetcher with(Map<String, String> environment, Function<String, ObjectStore> buckets) {
    return new Fetcher(content, folder.resolve("work"), environment, buckets, SHORT);
  }

  byte[] bytes(Artifact artifact) throws IOException {
    return content.read(artifact.digest()).orElseThrow();
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static Digest digest(byte[] bytes) {
    return Digest.of(bytes);
  }
}
