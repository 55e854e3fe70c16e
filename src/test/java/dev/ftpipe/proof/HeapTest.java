package dev.ftpipe.proof;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.store.s3.DiscardingServer;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a push of very much data takes of the heap: less than 512 MiB, whatever its shape. */
@Tag("slow")
final class HeapTest {
  private static final String LIMIT = "-Xmx512m";

  private static final int FILES = 1_000_000;
  private static final int FILES_A_FOLDER = 1_000;

  /** Of a file of zeros, as {@code head -c 50000000000 /dev/zero | sha256sum} has it. */
  private static final long LARGE = 50_000_000_000L;

  private static final String LARGE_DIGEST =
      "d5883a7ec7b03062f89deb1a53cc632e76af7a0f6dcf88fb48f6cba7d9035f5a";

  @TempDir Path folder;

  private Program program() {
    return new Program(folder)
        .with("AWS_ACCESS_KEY_ID", S3Server.KEYS.id())
        .with("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secret())
        .with("AWS_REGION", "us-east-1");
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  @Test
  void millionSmallFiles() throws Exception {
    for (int i = 0; i < FILES; i += FILES_A_FOLDER) {
      Path part = Files.createDirectories(folder.resolve("data/" + i / FILES_A_FOLDER));
      for (int k = 0; k < FILES_A_FOLDER; k++) {
        Files.write(part.resolve(Integer.toString(k)), ("number " + (i + k)).getBytes(US_ASCII));
      }
    }
    Files.writeString(folder.resolve("pipeline.yaml"), "stages: {}\n");
    try (DiscardingServer server = new DiscardingServer()) {
      isDone(program().run("remote", "add", "-d", "s", "s3://bucket/heap"));
      isDone(program().run("remote", "modify", "s", "endpointurl", server.address().toString()));
      isDone(program().withFlags("-Xmx2g").run("add", "data"));
      long start = System.nanoTime();
      Program.Running push = program().withFlags(LIMIT, "-Xlog:gc*:file=" + log()).start("push");
      Result result = push.end();
      isDone(result);
      assertThat(result.err()).contains("1000001 objects", "1000001 verified");
      say("push of a million files", start, server);
      isDone(program().withFlags(LIMIT).run("status", "-c", "--exit-code"));
      isDone(program().withFlags(LIMIT).run("push"));
    }
  }

  private Path log() {
    return folder.resolve("gc.log");
  }

  @Test
  void oneLargeFile() throws Exception {
    Path blob =
        folder
            .resolve("cas/sha256")
            .resolve(LARGE_DIGEST.substring(0, 2))
            .resolve(LARGE_DIGEST.substring(2));
    Files.createDirectories(blob.getParent());
    try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
      file.setLength(LARGE);
    }
    try (DiscardingServer server = new DiscardingServer()) {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      LIMIT,
                      "-Xlog:gc*:file=" + log(),
                      "-cp",
                      Program.classPath(),
                      HeapPush.class.getName(),
                      folder.toString(),
                      server.address().toString(),
                      LARGE_DIGEST,
                      Long.toString(LARGE)))
              .inheritIO()
              .start();
      assertThat(process.waitFor(30, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(server.stored()).isGreaterThanOrEqualTo(LARGE);
      say("push of one file of 50 GB", start, server);
    }
  }

  private void say(String what, long start, DiscardingServer server) throws IOException {
    String largest =
        Files.readAllLines(log()).stream()
            .filter(line -> line.matches(".*Pause.*\\(\\d+M\\).*"))
            .map(line -> line.replaceAll(".* (\\d+M->\\d+M\\(\\d+M\\)).*", "$1"))
            .max((one, other) -> Integer.compare(before(one), before(other)))
            .orElse("?");
    System.getLogger(HeapTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "{0}: {1} s, {2} bytes in {3} requests, heap at most {4}",
            what,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
            server.received(),
            server.requests().size(),
            largest);
  }

  private static int before(String used) {
    return Integer.parseInt(used.substring(0, used.indexOf('M')));
  }
}
