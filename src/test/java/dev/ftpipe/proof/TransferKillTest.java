package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes and pulls that are killed at any moment go on with what is missing. */
final class TransferKillTest {
  private static final int LARGE = 48 << 20;
  private static final int SMALL = 4096;
  private static final int FILES = 1000;
  private static final long DATA = 2L * LARGE + (long) FILES * SMALL;
  private static final long BYTES_PER_MILLI = 90_000;
  private static final int LONGEST_MILLIS = 2_000;

  @TempDir Path folder;

  @Test
  void pushAndPull_whenKilledAFewTimes_moveLittleTwice() throws Exception {
    prove(2, 3L);
  }

  @Test
  @Tag("slow")
  void pushAndPull_whenKilledAHundredTimes_moveLittleTwice() throws Exception {
    prove(100, System.nanoTime());
  }

  private void prove(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    Path project = project(random);
    try (S3Server server = S3Server.start();
        MeteredProxy proxy = new MeteredProxy(server.address(), BYTES_PER_MILLI)) {
      configure(project, proxy);
      end(program(project).start("repro"));
      for (int i = 0; i < kills; i++) {
        kill(program(project).start("push", "-j", "1"), random);
      }
      end(program(project).start("push", "-j", "1"));
      assertThat(proxy.sent.get()).as("sent, seed " + seed).isBetween(DATA, DATA * 12 / 10);
      end(program(project).start("status", "-c", "--exit-code"));

      Path clone = Files.createDirectory(folder.resolve("clone"));
      for (String file : new String[] {"pipeline.yaml", "pipeline.lock"}) {
        Files.copy(project.resolve(file), clone.resolve(file));
      }
      configure(clone, proxy);
      proxy.received.set(0);
      for (int i = 0; i < kills; i++) {
        kill(program(clone).start("pull", "-j", "2"), random);
      }
      end(program(clone).start("pull", "-j", "2"));
      assertThat(proxy.received.get()).as("received, seed " + seed).isBetween(DATA, DATA * 12 / 10);
      assertThat(Folders.content(clone.resolve("data")))
          .isEqualTo(Folders.content(project.resolve("data")));
      end(program(clone).start("status", "--exit-code"));
    }
  }

  private Path project(Random random) throws IOException {
    Path source = Files.createDirectories(folder.resolve("source"));
    for (int i = 0; i < 2; i++) {
      Files.write(source.resolve("large" + i), bytes(random, LARGE));
    }
    for (int i = 0; i < FILES; i++) {
      Files.write(source.resolve("small" + i), bytes(random, SMALL));
    }
    Path project = Files.createDirectory(folder.resolve("project"));
    Files.writeString(
        project.resolve("pipeline.yaml"),
        "stages:\n  make:\n    cmd: cp -r '" + source + "' data\n    outs: [data]\n");
    return project;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void configure(Path project, MeteredProxy proxy) throws IOException {
    Files.createDirectories(project.resolve(".ftpipe"));
    Files.writeString(
        project.resolve(".ftpipe/config.yaml"),
        "remote: {default: s}\nremotes:\n  s: {url: 's3://bucket/kills', endpointurl: '"
            + proxy.address()
            + "'}\n");
  }

  private static Program program(Path project) {
    return new Program(project)
        .with("AWS_ACCESS_KEY_ID", S3Server.KEYS.id())
        .with("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secret())
        .with("AWS_REGION", "us-east-1");
  }

  private static void kill(Running running, Random random) throws Exception {
    running.process().waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS);
    running.kill();
  }

  private static void end(Running running) throws Exception {
    Result result = running.end();
    assertThat(result.exitCode()).as(result.err()).isZero();
  }
}
