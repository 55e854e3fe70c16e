package dev.ftpipe.cloud.node;

import dev.ftpipe.base.Digest;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunSpec;
import dev.ftpipe.cloud.RunState;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The heart of a node: log and metrics go out with its beats, and guards look. */
final class Watch {
  private static final long LARGEST_METRICS = 1 << 20;
  private static final long HEARTBEAT_SECONDS = 5;
  private static final long METRICS_SECONDS = 2;

  /** Until a store that was not reached is tried again. */
  private static final long AGAIN_SECONDS = 5;

  private final RunSpec spec;
  private final Path work;
  private final CloudRuns runs;
  private final LogShipper log;
  private final Map<Path, Digest> shown = new HashMap<>();
  private final Instant begun = Instant.now();
  private Instant progress = begun;
  private Instant told = begun;
  private Instant spoke = begun;
  private Instant looked = begun;
  private Instant again = begun;
  private boolean isReached = true;
  private boolean cancelled;
  private long heard;

  Watch(RunSpec spec, Path work, CloudRuns runs, LogShipper log) {
    this.spec = spec;
    this.work = work;
    this.runs = runs;
    this.log = log;
  }

  /**
   * Sends what is new. What the store does not take now goes with a later beat.
   *
   * @return why the node has to end, if a guard says so
   */
  Optional<String> beat(RunState running) throws IOException {
    Instant now = Instant.now();
    if (log.heard() != heard) {
      heard = log.heard();
      progress = now;
    }
    if (!now.isBefore(again)) {
      Optional<String> problem = StoreRetries.attempt(() -> tell(running, now));
      problem.ifPresent(why -> wait(why, now));
      isReached = problem.isEmpty();
    }
    return guard(now);
  }

  private void tell(RunState running, Instant now) throws IOException {
    if (seconds(spoke, now) >= pause(now)) {
      log.send();
      spoke = now;
    }
    if (seconds(looked, now) >= METRICS_SECONDS) {
      if (showMetrics()) {
        progress = now;
      }
      looked = now;
    }
    if (seconds(told, now) >= HEARTBEAT_SECONDS) {
      runs.tell(spec.id(), running.at(running.phase(), now.toString()));
      told = now;
    }
    cancelled = runs.isCancelled(spec.id());
  }

  private void wait(String why, Instant now) {
    again = now.plusSeconds(AGAIN_SECONDS);
    if (isReached) {
      log.say("the store is not reached, and the run goes on: " + why);
    }
  }

  /** Whether somebody asked the node to end. */
  boolean isCancelled() {
    return cancelled;
  }

  /** Seconds between two pieces of the log: a long run would have very many of them otherwise. */
  private long pause(Instant now) {
    long age = seconds(begun, now);
    return age < 60 ? 0 : age < 600 ? 2 : 5;
  }

  private Optional<String> guard(Instant now) {
    if (spec.isOverdue(now)) {
      return Optional.of("the longest time of " + spec.maxSeconds() + " s is over");
    }
    if (spec.quietSeconds() > 0 && seconds(progress, now) >= spec.quietSeconds()) {
      return Optional.of("no output and no metrics for " + spec.quietSeconds() + " s");
    }
    return Optional.empty();
  }

  private static long seconds(Instant from, Instant to) {
    return Duration.between(from, to).toSeconds();
  }

  /** Shows files of metrics that changed; true when there was one. */
  boolean showMetrics() throws IOException {
    boolean any = false;
    for (String path : spec.metrics()) {
      for (Path file : files(work.resolve(path))) {
        any |= show(file);
      }
    }
    return any;
  }

  private boolean show(Path file) throws IOException {
    byte[] bytes;
    try {
      if (Files.size(file) > LARGEST_METRICS) {
        return false;
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      // A stage that begins removes what it has made before.
      return false;
    }
    Digest digest = Digest.of(bytes);
    if (digest.equals(shown.get(file))) {
      return false;
    }
    runs.metrics(spec.id(), work.relativize(file).toString(), bytes);
    shown.put(file, digest);
    return true;
  }

  /** The files at a place; some may be gone by now. */
  private static List<Path> files(Path place) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        place,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
            if (is.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
