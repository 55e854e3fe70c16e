package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Commands that outlived their repro: it was killed alone, and they go on writing to outputs that
 * the next repro makes again. Every process of a stage carries a variable that says which work tree
 * it writes to, and hands it on to whatever it starts; so they are found without their parents, and
 * without a record that a kill could have prevented. Where there is no {@code /proc} none is found.
 */
final class Orphans {
  private static final String VARIABLE = "FTPIPE_WORKSPACE";
  private static final Path PROCESSES = Path.of("/proc");
  private static final long POLL_MILLIS = 10;
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final String mark;
  private final Duration grace;

  /**
   * The commands of one work tree.
   *
   * @param grace from TERM to KILL, and from there to giving up
   */
  Orphans(Path root, Duration grace) throws IOException {
    this.mark = mark(root);
    this.grace = grace;
  }

  // A digest, because a path can have bytes that do not survive the way through the environment.
  private static String mark(Path root) throws IOException {
    return Digest.of(root.toRealPath().toString()).hex().substring(0, 32);
  }

  /** Makes what this starts known as a command that works in {@code root}. */
  static void mark(ProcessBuilder builder, Path root) throws IOException {
    builder.environment().put(VARIABLE, mark(root));
  }

  /** Ends what a killed holder of the lock left at work, if there was one. */
  static void endAfter(WorkspaceLock held, Path root, Consumer<String> notes) throws IOException {
    if (held.abandoned()) {
      try {
        new Orphans(root, GRACE).end(notes);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw FtpipeException.interrupted("interrupted");
      }
      held.settle();
    }
  }

  /**
   * Ends them all: TERM, a grace, KILL. For the holder of the workspace's lock, before it starts
   * anything.
   *
   * @param notes hears which, if any
   * @throws FtpipeException of the environment, when one cannot be ended
   */
  void end(Consumer<String> notes) throws IOException, InterruptedException {
    Map<Long, String> asked = new LinkedHashMap<>();
    long begun = System.nanoTime();
    // Again and again: one may have started another between the look and the signal.
    for (Set<ProcessHandle> alive = find(); !alive.isEmpty(); alive = find()) {
      long waited = System.nanoTime() - begun;
      if (waited > 2 * grace.toNanos()) {
        throw FtpipeException.environment(
            "a repro that was killed left "
                + alive.stream().map(Orphans::name).collect(Collectors.joining(", "))
                + ", still at work in this folder, which cannot be ended; end it, then try again",
            null);
      }
      for (ProcessHandle each : alive) {
        if (asked.putIfAbsent(each.pid(), name(each)) == null) {
          each.destroy();
        } else if (waited > grace.toNanos()) {
          each.destroyForcibly();
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    if (!asked.isEmpty()) {
      notes.accept(
          "ended what a killed repro had left at work in this folder: "
              + String.join(", ", asked.values()));
    }
  }

  private static String name(ProcessHandle process) {
    String program = process.info().command().map(each -> " (" + each + ")").orElse("");
    return "process " + process.pid() + program;
  }

  private Set<ProcessHandle> find() throws IOException {
    Set<ProcessHandle> found = new HashSet<>();
    if (!Files.isReadable(PROCESSES.resolve("self/environ"))) {
      return found;
    }
    Set<Long> own = withAncestors(ProcessHandle.current());
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path folder : folders) {
        long pid = Long.parseLong(folder.getFileName().toString());
        if (!own.contains(pid) && isMarked(folder)) {
          ProcessHandle.of(pid).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private boolean isMarked(Path folder) {
    try {
      String environment =
          new String(Files.readAllBytes(folder.resolve("environ")), StandardCharsets.ISO_8859_1);
      return Arrays.asList(environment.split("\0", -1)).contains(VARIABLE + "=" + mark);
    } catch (IOException e) {
      // It has just ended, or belongs to another user.
      return false;
    }
  }

  // A command of this folder that runs ftpipe in this folder waits for us: it is no orphan.
  private static Set<Long> withAncestors(ProcessHandle process) {
    Set<Long> pids = new HashSet<>();
    for (Optional<ProcessHandle> each = Optional.of(process);
        each.isPresent() && pids.add(each.get().pid()); ) {
      each = each.get().parent();
    }
    return pids;
  }
}
