package dev.ftpipe.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ContentStore;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that write one cache, at once and killed at any moment. */
final class PackCrashTest {
  private static final int BLOB_BYTES = 3000;

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  /**
   * Puts blobs of its own into the cache of its first argument, and after each appends its number
   * to the file of its second; stops after as many as the third says.
   */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
      ContentStore store = LocalStore.open(Path.of(args[0]), note -> {}).content();
      try (var acknowledged = Files.newBufferedWriter(Path.of(args[1]))) {
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
          store.put(blob(args[1], i));
          acknowledged.write(i + "\n");
          acknowledged.flush();
        }
      }
    }
  }

  private static byte[] blob(String writer, int number) {
    byte[] bytes = new byte[BLOB_BYTES];
    new Random(number + 31L * writer.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private Process start(Path log, int count) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath(),
            Main.class.getName(),
            cache().toString(),
            log.toString(),
            String.valueOf(count))
        .inheritIO()
        .start();
  }

  private static String classPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  /** Every blob that a put returned for is there and sound. */
  private void assertKept(ContentStore store, Path log) throws IOException {
    int count = 0;
    try (BufferedReader lines = Files.newBufferedReader(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        byte[] bytes = blob(log.toString(), Integer.parseInt(line));
        assertThat(store.read(Digest.of(bytes))).contains(bytes);
        count++;
      }
    }
    assertThat(count).isPositive();
  }

  @Test
  void put_whenTheProcessIsKilled_losesNothingThatReturned() throws Exception {
    Random random = new Random();
    List<Path> logs = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      Path log = folder.resolve("log" + round);
      logs.add(log);
      Process process = start(log, Integer.MAX_VALUE);
      while (!Files.exists(log) || Files.size(log) < 100) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(100_000));
      process.destroyForcibly().waitFor();
      ContentStore store = LocalStore.open(cache(), notes::add).content();
      for (Path each : logs) {
        assertKept(store, each);
      }
      // Some rounds go on in the pack of the killed one from here, some from the next process.
      if (round % 2 == 0) {
        store.put(("round " + round).getBytes(StandardCharsets.UTF_8));
      }
      store.release();
    }
    assertThat(PackFiles.packs(cache()).stream().filter(pack -> pack.toString().contains("/open/")))
        .hasSize(1);
    assertThat(notes).isEmpty();
  }

  @Test
  void put_whenTwoProcessesWriteAtOnce_keepsBoth() throws Exception {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    Process first = start(one, 3000);
    Process second = start(other, 3000);
    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    ContentStore store = LocalStore.open(cache(), notes::add).content();
    assertKept(store, one);
    assertKept(store, other);
    store.release();
    assertThat(notes).isEmpty();
  }
}
