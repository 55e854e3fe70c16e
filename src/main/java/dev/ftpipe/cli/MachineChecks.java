package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.NvidiaSmi;
import dev.ftpipe.git.GitStatus;
import dev.ftpipe.record.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What {@code doctor} looks at besides the project: Java, engine, devices, memory, disk, git. */
final class MachineChecks {
  private static final int OLDEST_JAVA = 17;
  private static final long GIB = 1L << 30;
  private static final long FULL = 16L << 20;
  private static final long PATIENCE_SECONDS = 120;

  private final Invocation invocation;
  private final Path root;

  MachineChecks(Invocation invocation, Path root) {
    this.invocation = invocation;
    this.root = root;
  }

  List<Finding> all() throws IOException, InterruptedException {
    return List.of(java(), engine(), gpu(), memory(), disk(), git());
  }

  private static Finding java() {
    int feature = Runtime.version().feature();
    String found = Runtime.version() + " in " + System.getProperty("java.home");
    return feature >= OLDEST_JAVA
        ? Finding.ok("java", found)
        : Finding.broken("java", found, "install Java " + OLDEST_JAVA + " or newer");
  }

  /** Starts the engine in a process of its own: a native library that fails may end its process. */
  private Finding engine() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(invocation.wiring().worker().command());
    command.remove(command.size() - 1);
    command.add("doctor");
    command.add(DoctorCommand.ENGINE_ONLY);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(invocation.wiring().worker().env());
    Path said = Files.createTempFile("ftpipe-doctor", ".log");
    try {
      Process process = builder.redirectOutput(said.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Finding.broken(
            "engine",
            "does not start within " + PATIENCE_SECONDS + " s",
            "see whether the machine is busy, or ~/.djl.ai lies on a slow disk");
      }
      List<String> lines = Files.readAllLines(said);
      String last =
          lines.isEmpty()
              ? "says nothing"
              : lines.get(lines.size() - 1).replaceFirst("^error: ", "");
      return process.exitValue() == 0
          ? Finding.ok("engine", last)
          : Finding.broken(
              "engine",
              last + " (exit code " + process.exitValue() + ")",
              "model stages cannot run: the native library needs glibc 2.28 or newer on x86-64 or"
                  + " ARM, and room for it in ~/.djl.ai; 'ftpipe doctor --engine-only --debug'"
                  + " says more");
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static Finding gpu() {
    List<String> gpus =
        NvidiaSmi.ask("--query-gpu=name,memory.total,driver_version", "--format=csv,noheader");
    if (gpus.isEmpty()) {
      return Finding.note(
          "gpu", "none that nvidia-smi knows", "models train on the processor; small ones do well");
    }
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    String found = String.join("; ", gpus);
    return visible == null
        ? Finding.ok("gpu", found)
        : Finding.ok("gpu", found + "; CUDA_VISIBLE_DEVICES=" + visible);
  }

  private static Finding memory() {
    Machine machine = Machine.here();
    String found = (machine.memory() >> 20) + " MiB, " + machine.cpus() + " processors";
    return machine.memory() > 0 && machine.memory() < 4 * GIB
        ? Finding.note("memory", found, "enough for the demo; a 1B model takes about 8 GiB")
        : Finding.ok("memory", found);
  }

  private Finding disk() throws IOException {
    Path there = root;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    long free = Files.getFileStore(there).getUsableSpace();
    String found = (free >> 20) + " MiB free at " + there;
    if (free < FULL) {
      return Finding.broken("disk", found, "nothing can be kept: make room");
    }
    return free < 2 * GIB
        ? Finding.note(
            "disk",
            found,
            "a cache keeps every result: move it ('cache: {dir: …}'), or"
                + " make room with 'ftpipe gc'")
        : Finding.ok("disk", found);
  }

  private Finding git() throws IOException, InterruptedException {
    boolean inside = Files.exists(root) && GitStatus.isIn(root);
    String where = inside ? "; repository" : "; no repository here";
    List<String> version = Programs.lines(List.of("git", "--version"));
    String found = (version.isEmpty() ? "no git program" : version.get(0)) + where;
    if (!inside) {
      return Finding.note("git", found, "'git init' keeps pipeline.lock and its history");
    }
    try {
      GitStatus.of(root);
    } catch (FtpipeException e) {
      return Finding.of("git", e, "runs are recorded without a revision");
    }
    return version.isEmpty()
        ? Finding.note("git", found, "it is read without the program, which takes longer")
        : Finding.ok("git", found);
  }
}
