package dev.ftpipe.cli;

import dev.ftpipe.base.Json;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Offer;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.Terms;
import dev.ftpipe.cloud.jobs.TaskBatches;
import dev.ftpipe.config.Settings;
import dev.ftpipe.dag.Resources;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.record.RunFolder;
import dev.ftpipe.run.Elsewhere;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The machines of a profile, for single stages of a repro. */
final class OnProfile implements Elsewhere, Closeable {
  /** Stages that wait for machines at the same time; each has a thread that does nothing. */
  private static final int MOST_WAITING = 2000;

  private final boolean all;
  private final Remotes remotes;
  private final TaskBatches batches;
  private volatile boolean stopped;

  /**
   * A profile of a project.
   *
   * @param all whether stages without {@code resources} run there, too
   * @param atOnce the most that may run at the same time
   */
  OnProfile(Invocation invocation, Path root, String profile, boolean all, int atOnce)
      throws IOException {
    this.all = all;
    Settings settings = Settings.read(root);
    Map<String, String> described = CloudScope.profile(settings, profile);
    Provider provider = CloudScope.provider(invocation, profile, described);
    CloudScope.requireAll(profile, provider.lacks(described));
    Map<String, String> env =
        new NodeEnvironment(invocation, settings, root).of(provider, described);
    this.remotes = Remotes.connect(invocation, settings, Optional.empty(), OptionalInt.empty());
    this.batches =
        new TaskBatches(
            new JobEngine(
                invocation,
                root,
                provider,
                described,
                env,
                new MachineTerms(
                    invocation, settings.remote(Optional.empty()).url(), remotes.get().objects())),
            remotes.get(),
            invocation.store(root),
            atOnce);
  }

  /** A provider as the engine of batches. */
  private record JobEngine(
      Invocation invocation,
      Path root,
      Provider provider,
      Map<String, String> described,
      Map<String, String> env,
      MachineTerms terms)
      implements TaskBatches.Engine {
    @Override
    public String newBatch() {
      return RunFolder.newId(Instant.now());
    }

    @Override
    public String submit(String batch, NodeSpec spec, int count, int atOnce) throws IOException {
      List<Offer> offers = provider.offers(List.of(spec), described, invocation::note);
      Provider.Order order =
          new Provider.Order(
              batch,
              LaunchCommand.program(invocation),
              List.of("job", batch),
              env,
              root,
              spec,
              described,
              0,
              terms.of(provider, offers, Terms.Wishes.NONE));
      String handle = provider.submitMany(order, count, atOnce);
      invocation.note(Sizes.count(count, "stage") + " went to the engine as job " + handle);
      return handle;
    }

    @Override
    public boolean isAlive(String handle) throws IOException {
      return provider.isAlive(handle, described);
    }

    @Override
    public void end(String handle) throws IOException {
      provider.end(handle, described);
    }

    @Override
    public void giveBack(String handle) throws IOException {
      if (provider.sellsMachines()) {
        provider.end(handle, described);
      }
    }
  }

  @Override
  public boolean takes(Stage stage) {
    return all || !stage.resources().equals(Resources.UNSAID);
  }

  @Override
  public int atOnce() {
    return MOST_WAITING;
  }

  @Override
  public Optional<Made> run(Sent sent, Consumer<String> log, BooleanSupplier givenUp)
      throws InterruptedException {
    return batches
        .run(
            Json.mapper().valueToTree(sent.job()),
            spec(sent.stage().resources()),
            sent.files(),
            sent.trees(),
            log,
            givenUp,
            () -> stopped)
        .map(Made::new);
  }

  private static NodeSpec spec(Resources wanted) {
    List<NodeSpec.Accelerator> gpus =
        wanted.gpus() > 0 ? List.of(NodeSpec.Accelerator.any(wanted.gpus())) : List.of();
    double gib = wanted.memoryBytes() / (double) (1L << 30);
    return NodeSpec.of(gpus, wanted.cpus(), gib);
  }

  /** Nobody waits any longer. */
  void stop() {
    stopped = true;
  }

  @Override
  public void close() throws IOException {
    batches.close();
    remotes.close();
  }
}
