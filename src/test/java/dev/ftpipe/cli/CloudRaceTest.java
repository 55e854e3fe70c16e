package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two machines that push what they have in common and what they have not, while others clean the
 * remote: whatever was pushed is there afterwards.
 */
final class CloudRaceTest {
  private static final String PIPELINE =
      """
      stages:
        shared:
          cmd: >-
            mkdir -p shared; for i in 1 2 3 4 5 6 7 8; do echo shared VERSION $i > shared/$i; done;
            head -c 1100000 /dev/zero | tr '\\0' x > shared/big; echo VERSION >> shared/big
          outs: [shared]
        own:
          cmd: mkdir -p own; for i in 1 2 3 4 5 6; do echo OWNER VERSION $i > own/$i; done
          deps: [shared]
          outs: [own]
      """;

  @TempDir private Path folder;
  private final List<CommandLines> pushers = new ArrayList<>();
  private final List<CommandLines> cleaners = new ArrayList<>();
  private int dropped;

  @BeforeEach
  void machines() throws IOException {
    for (String name : List.of("one", "other")) {
      pushers.add(machine(name));
      cleaners.add(machine(name + "-cleaner"));
    }
  }

  private CommandLines machine(String name) throws IOException {
    CommandLines machine = new CommandLines(folder.resolve(name));
    machine.write("pipeline.yaml", "stages: {}");
    isDone(machine.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
    return machine;
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
  }

  @Test
  void pushesAndGcs_atOnce_loseNothing() throws Exception {
    race(4, new Random(5));
  }

  @Test
  @Tag("slow")
  void pushesAndGcs_atOnceForLong_loseNothing() throws Exception {
    long seed = System.nanoTime();
    System.getLogger(CloudRaceTest.class.getName())
        .log(System.Logger.Level.INFO, "seed {0}", Long.toString(seed));
    race(150, new Random(seed));
    assertThat(dropped).as("rounds in which a gc dropped something").isGreaterThan(50);
  }

  private void race(int rounds, Random random) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (int round = 0; round < rounds; round++) {
        round("round " + round, random, threads);
      }
    } finally {
      threads.shutdownNow();
    }
    isDone(pushers.get(0).ftpipe("verify", "-c"));
    for (CommandLines pusher : pushers) {
      CommandLines fresh = machine(pusher.root.getFileName() + "-fresh");
      fresh.write("pipeline.yaml", pusher.read("pipeline.yaml"));
      fresh.write("pipeline.lock", pusher.read("pipeline.lock"));
      isDone(fresh.ftpipe("pull"));
      for (String file : List.of("shared/7", "shared/big", "own/5")) {
        assertThat(fresh.read(file)).isEqualTo(pusher.read(file));
      }
    }
  }

  private void round(String name, Random random, ExecutorService threads) throws Exception {
    for (CommandLines pusher : pushers) {
      // Few versions: what is pushed was often pushed before, and is old and unneeded by now.
      int version = random.nextInt(3);
      pusher.write(
          "pipeline.yaml",
          PIPELINE
              .replace("VERSION", "version " + version)
              .replace("OWNER", version == 0 ? "both" : String.valueOf(pusher.root.getFileName())));
      isDone(pusher.ftpipe("repro", "-q"));
    }
    age();
    List<Future<Result>> pushes = new ArrayList<>();
    List<Future<Result>> gcs = new ArrayList<>();
    List<Runnable> starts = new ArrayList<>();
    for (CommandLines pusher : pushers) {
      starts.add(() -> pushes.add(threads.submit(() -> pusher.ftpipe("push"))));
    }
    for (CommandLines cleaner : cleaners.subList(0, 1 + random.nextInt(cleaners.size()))) {
      starts.add(
          () ->
              gcs.add(
                  threads.submit(
                      () -> cleaner.ftpipe("gc", "-w", "--cloud", "-f", "--grace", "1h"))));
    }
    Collections.shuffle(starts, random);
    for (Runnable start : starts) {
      start.run();
      Thread.sleep(random.nextInt(60));
    }
    for (Future<Result> push : pushes) {
      isDone(push.get());
    }
    for (Future<Result> each : gcs) {
      Result gc = each.get();
      dropped += gc.err().contains("Dropped from " + folder.resolve("mount")) ? 1 : 0;
      if (gc.exitCode() != 0) {
        assertThat(gc.exitCode()).as(name + ": " + gc.err()).isEqualTo(3);
        assertThat(gc.err()).contains("another gc or repair");
      }
    }
    for (CommandLines pusher : pushers) {
      Result status = pusher.ftpipe("status", "-c", "--exit-code");
      assertThat(status.exitCode()).as(name + ": " + status.out() + status.err()).isZero();
    }
  }

  /** All that is there now is older than the grace. */
  private void age() throws IOException {
    Path mount = folder.resolve("mount");
    if (!Files.exists(mount)) {
      return;
    }
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(3)));
    try (Stream<Path> files = Files.walk(mount)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, before);
      }
    }
  }
}
