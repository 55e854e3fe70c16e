package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Json;
import dev.ftpipe.cloud.NodeHost;
import dev.ftpipe.cloud.jobs.Tasks;
import dev.ftpipe.cloud.node.TaskAgent;
import dev.ftpipe.record.Machine;
import dev.ftpipe.run.JobRun;
import dev.ftpipe.run.StageJob;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe job}: runs one stage of a batch; an engine starts it. */
@Command(name = "job", hidden = true, description = "Runs one stage that was sent to an engine.")
final class JobCommand implements Callable<Integer> {
  /** Exit code of a machine that has no task left to begin. */
  private static final int NOTHING_LEFT = 4;

  private final Invocation invocation;

  @Parameters(paramLabel = "BATCH")
  private String batch = "";

  @Option(names = "--index")
  private Optional<Integer> index = Optional.empty();

  @Option(
      names = "--part",
      description = "In place of an index: which of --parts machines this is.")
  private int part;

  @Option(names = "--parts")
  private int parts = 1;

  @Option(names = "--count", description = "Of the tasks that the machines share.")
  private int count;

  @Option(names = "--folder", required = true)
  private Path folder = Path.of("");

  @Option(names = "--provider")
  private Optional<String> provider = Optional.empty();

  JobCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Optional<Integer> task = index.isPresent() ? index : taken();
    return task.isPresent() ? run(task.get()) : NOTHING_LEFT;
  }

  /** The next task of those that several machines share. */
  private Optional<Integer> taken() throws IOException {
    NodePlace asking = NodePlace.prepare(invocation, folder.resolve("asking"), Optional.empty());
    try (Remote remote = asking.connect()) {
      return new Tasks(remote.objects()).take(batch, part, parts, count);
    }
  }

  private int run(int number) throws IOException {
    Path own = folder.toAbsolutePath().resolve(Integer.toString(number));
    NodePlace place = NodePlace.prepare(invocation, own, machineCache());
    int code;
    NodeHost host = NodeCommand.host(invocation, provider);
    host.watch(folder.toAbsolutePath(), why -> invocation.stop().raise());
    try (Remote remote = place.connect()) {
      Store store = place.store();
      code =
          new TaskAgent(batch, number, remote, store)
              .run((task, log) -> work(task, log, place, remote, store));
    }
    if (code == 0) {
      AtomicFiles.deleteTree(own);
    }
    return invocation.stop().ended(code);
  }

  private TaskAgent.Made work(
      JsonNode task, Consumer<String> log, NodePlace place, Remote remote, Store store)
      throws IOException, InterruptedException {
    StageJob job = Json.mapper().treeToValue(task, StageJob.class);
    JobRun run =
        new JobRun(
            job, place.work(), store, invocation.wiring().kinds(), invocation.wiring().worker());
    invocation.stop().onRaise(run::requestStop);
    run.fetchInputs(remote);
    JobRun.Made made = run.run(remote, log, Machine.here().host());
    return new TaskAgent.Made(made.outputs(), made.plan());
  }

  /** A cache that the jobs of a user on one machine share: they often read the same. */
  private static Optional<Path> machineCache() throws IOException {
    Path shared =
        Path.of(System.getProperty("java.io.tmpdir"))
            .resolve("ftpipe-cache-" + System.getProperty("user.name"));
    try {
      Files.createDirectory(
          shared,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      boolean own =
          Files.isDirectory(shared, java.nio.file.LinkOption.NOFOLLOW_LINKS)
              && Files.getOwner(shared).getName().equals(System.getProperty("user.name"))
              && PosixFilePermissions.toString(Files.getPosixFilePermissions(shared))
                  .equals("rwx------");
      return own ? Optional.of(shared) : Optional.empty();
    }
    return Optional.of(shared);
  }
}
