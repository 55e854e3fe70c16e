package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.store.local.LocalStore;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A project folder on a real disk with a real store, for tests. */
final class Workbench implements RunListener {
  final Path root;
  final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  final List<Progress> progress = Collections.synchronizedList(new ArrayList<>());
  private List<Stage> stages = List.of();
  private List<String> flags = List.of();

  Workbench(Path root) {
    this.root = root;
  }

  Workbench stages(Stages... all) {
    stages = Arrays.stream(all).map(Stages::build).toList();
    return this;
  }

  /** Flags for the JVM of workers, as a user gives them. */
  Workbench workerFlags(String... words) {
    flags = List.of(words);
    return this;
  }

  Workbench write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  String read(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  Path cache() {
    return Project.cacheFolder(root);
  }

  Project open() throws IOException {
    return new Project(root, Graph.of(stages), LocalStore.open(cache(), notes::add), notes::add);
  }

  /** The class path of the tests, however they were started. */
  static String classPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  /** Waits until the condition holds, or half a minute. */
  void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  static ReproOptions options() {
    return new ReproOptions(List.of(), false, false, false, true, false, 1, false);
  }

  Reproduction reproduction(ReproOptions options) throws IOException {
    WorkerCommand worker = WorkerCommand.of(TestWorkerMain.class.getName());
    List<String> command = new ArrayList<>(worker.command());
    command.set(command.indexOf("-cp") + 1, classPath());
    command.addAll(1, flags);
    return new Reproduction(open(), options, new WorkerCommand(command, flags, worker.env()), this);
  }

  Outcomes repro() throws IOException {
    return repro(options());
  }

  Outcomes repro(ReproOptions options) throws IOException {
    return new Outcomes(reproduction(options).run());
  }

  /** Runs and expects this of every stage. */
  Outcomes reproGives(StageOutcome.Result result) throws IOException {
    Outcomes outcomes = repro();
    assertThat(outcomes.values())
        .allSatisfy(
            outcome ->
                assertThat(outcome.result())
                    .as(outcome.name() + ": " + outcome.cause() + " " + outcome.failure())
                    .isEqualTo(result));
    return outcomes;
  }

  StageStatus status(String stage) throws IOException {
    return Statuses.of(open(), List.of()).stream()
        .filter(status -> status.name().equals(stage))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void started(int count) {}

  @Override
  public void stageStarted(String stage, String cause, boolean restoring) {}

  @Override
  public void progress(String stage, Progress moved) {
    progress.add(moved);
  }

  @Override
  public void output(String stage, String line) {
    lines.add(line);
  }

  @Override
  public void stageFinished(StageOutcome outcome) {}
}
