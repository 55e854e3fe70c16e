package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pushes and pulls that are killed at any moment go on with what is missing, and nothing that is
 * wrong is left on either side.
 */
final class TransferKillTest {
  private static final int SMALL = 4096;
  private static final long BYTES_PER_MILLI = 90_000;

  /** A kill comes after so many bytes at most. */
  private static final int MOST_BYTES = 96 << 20;

  /** Of so many kills one comes at some time, be it before anything moves. */
  private static final int KILLS_BY_THE_CLOCK = 8;

  private static final int LONGEST_MILLIS = 1_500;

  /** With less than this moved, a command was killed before or after its transfer. */
  private static final long HIT = 256 << 10;

  private static final int KILLS_A_CHECK = 25;

  @TempDir Path folder;

  /** What is moved: some large files and many small ones. */
  private record Load(int largeFiles, int largeBytes, int smallFiles) {
    long bytes() {
      return (long) largeFiles * largeBytes + (long) smallFiles * SMALL;
    }
  }

  /** What kills did to the transfers in one direction. */
  private static final class Tally {
    private int kills;
    private int hits;
    private int laps;
    private long moved;

    void check(Load load, String what) {
      long data = laps * load.bytes();
      System.getLogger(TransferKillTest.class.getName())
          .log(
              System.Logger.Level.INFO,
              "{0}: {1} kills, {2} of them in a transfer, {3} bytes of {4} moved, {5} times",
              what,
              kills,
              hits,
              moved,
              data,
              (double) moved / data);
      assertThat(moved).as(what).isBetween(data, data * 12 / 10);
    }
  }

  @Test
  void pushAndPull_whenKilledAFewTimes_moveLittleTwice() throws Exception {
    Random random = new Random(3);
    Load load = new Load(2, 48 << 20, 1000);
    Tally pushes = new Tally();
    Tally pulls = new Tally();
    Path project = project(random, load);
    lap(project, load, random, () -> pushes.kills < 2, () -> pulls.kills < 2, pushes, pulls);
    pushes.check(load, "push");
    pulls.check(load, "pull");
  }

  @Test
  @Tag("slow")
  void pushAndPull_whenAHundredKillsHitThem_moveLittleTwice() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Load load = new Load(12, 48 << 20, 4000);
    Tally pushes = new Tally();
    Tally pulls = new Tally();
    Path project = project(random, load);
    while (pushes.hits < 100 || pulls.hits < 100) {
      lap(project, load, random, () -> true, () -> true, pushes, pulls);
    }
    pushes.check(load, "push, seed " + seed);
    pulls.check(load, "pull, seed " + seed);
  }

  /** A push to an empty remote and a pull to an empty clone, killed until they are through. */
  private void lap(
      Path project,
      Load load,
      Random random,
      BooleanSupplier killsPush,
      BooleanSupplier killsPull,
      Tally pushes,
      Tally pulls)
      throws Exception {
    try (S3Server server = S3Server.startOnDisk();
        MeteredProxy proxy = new MeteredProxy(server.address(), BYTES_PER_MILLI)) {
      configure(project, proxy, server.address());
      end(program(project).start("repro", "-q"));
      transfer(project, proxy.sent, random, killsPush, pushes, "push", "-j", "1");
      assertThat(problems(project, "-c", "-r", "direct")).isEmpty();
      end(program(project).start("status", "-c", "--exit-code"));

      Path clone = Files.createDirectory(folder.resolve("clone"));
      for (String file : new String[] {"pipeline.yaml", "pipeline.lock"}) {
        Files.copy(project.resolve(file), clone.resolve(file));
      }
      configure(clone, proxy, server.address());
      transfer(clone, proxy.received, random, killsPull, pulls, "pull", "-j", "2");
      assertThat(problems(clone)).isEmpty();
      assertThat(Folders.content(clone.resolve("data")))
          .isEqualTo(Folders.content(project.resolve("data")))
          .hasSize(load.largeFiles() + load.smallFiles());
      end(program(clone).start("status", "--exit-code"));
      AtomicFiles.deleteTree(clone);
    }
  }

  /** Kills a command again and again until it is through, or as long as it is to be killed. */
  private static void transfer(
      Path project,
      AtomicLong counter,
      Random random,
      BooleanSupplier goesOn,
      Tally tally,
      String... command)
      throws Exception {
    long start = counter.get();
    boolean isThrough = false;
    while (!isThrough && goesOn.getAsBoolean()) {
      long before = counter.get();
      Running running = program(project).start(command);
      isThrough = hasEnded(running.process(), random, counter);
      if (isThrough) {
        end(running);
        continue;
      }
      running.kill();
      tally.kills++;
      tally.hits += counter.get() - before > HIT ? 1 : 0;
      if (tally.kills % KILLS_A_CHECK == 0) {
        String[] there = {"-c", "-r", "direct"};
        assertThat(problems(project, command[0].equals("push") ? there : new String[0]))
            .as("after " + tally.kills + " kills")
            .noneMatch(problem -> problem.path("state").asText().equals("damaged"));
      }
    }
    end(program(project).start(command));
    tally.moved += counter.get() - start;
    tally.laps++;
  }

  /** Waits for the moment of a kill; whether the process has ended before it. */
  private static boolean hasEnded(Process process, Random random, AtomicLong counter)
      throws InterruptedException {
    if (random.nextInt(KILLS_BY_THE_CLOCK) == 0) {
      return process.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS);
    }
    long limit = counter.get() + random.nextInt(MOST_BYTES);
    while (counter.get() < limit) {
      if (process.waitFor(1, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  private static Iterable<JsonNode> problems(Path project, String... where) throws Exception {
    String[] command = new String[where.length + 2];
    command[0] = "verify";
    command[1] = "--json";
    System.arraycopy(where, 0, command, 2, where.length);
    Result result = program(project).run(command);
    assertThat(result.exitCode()).as(result.err()).isLessThan(2);
    return result.json().path("problems");
  }

  private Path project(Random random, Load load) throws IOException {
    Path source = Files.createDirectories(folder.resolve("source"));
    for (int i = 0; i < load.largeFiles(); i++) {
      Files.write(source.resolve("large" + i), bytes(random, load.largeBytes()));
    }
    for (int i = 0; i < load.smallFiles(); i++) {
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

  private static void configure(Path project, MeteredProxy proxy, URI direct) throws IOException {
    Files.createDirectories(project.resolve(".ftpipe"));
    Files.writeString(
        project.resolve(".ftpipe/config.yaml"),
        """
        remote: {default: s}
        remotes:
          s: {url: 's3://bucket/kills', endpointurl: '%s'}
          direct: {url: 's3://bucket/kills', endpointurl: '%s'}
        """
            .formatted(proxy.address(), direct));
  }

  private static Program program(Path project) {
    return new Program(project)
        .with("AWS_ACCESS_KEY_ID", S3Server.KEYS.id())
        .with("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secret())
        .with("AWS_REGION", "us-east-1");
  }

  private static void end(Running running) throws Exception {
    Result result = running.end();
    assertThat(result.exitCode()).as(result.err()).isZero();
  }
}
