package dev.ftpipe;

import dev.ftpipe.base.Json;
import dev.ftpipe.cli.Cli;
import dev.ftpipe.cli.StopSignal;
import dev.ftpipe.cli.Terminal;
import dev.ftpipe.cli.VersionText;
import dev.ftpipe.cli.Wiring;
import dev.ftpipe.cloud.ec2.Ec2Provider;
import dev.ftpipe.cloud.kubernetes.KubernetesProvider;
import dev.ftpipe.cloud.local.LocalProvider;
import dev.ftpipe.cloud.slurm.SlurmProvider;
import dev.ftpipe.cloud.ssh.SshProvider;
import dev.ftpipe.model.torch.EngineCalls;
import dev.ftpipe.run.StageWorker;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.stage.basemodel.BaseModelStage;
import dev.ftpipe.stage.exportgguf.ExportGgufStage;
import dev.ftpipe.stage.identity.IdentityStage;
import dev.ftpipe.stage.merge.MergeStage;
import dev.ftpipe.stage.mergemodel.MergeModelStage;
import dev.ftpipe.stage.orca.OrcaStage;
import dev.ftpipe.stage.platypus.PlatypusStage;
import dev.ftpipe.stage.sanitycheck.SanityCheckStage;
import dev.ftpipe.stage.split.SplitStage;
import dev.ftpipe.stage.train.TrainStage;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.local.LocalStore;
import dev.ftpipe.store.s3.S3ObjectStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Entry point: puts the parts together. The only class that exits or knows the standard streams.
 */
public final class Main {
  /** What a call of the engine is given to come to its end. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

  private Main() {}

  /** Runs one command; or one stage, for the command that started this process. */
  public static void main(String[] arguments) {
    boolean isWorker = arguments.length == 1 && arguments[0].equals(WorkerCommand.ARGUMENT);
    System.exit(isWorker ? work() : command(arguments));
  }

  private static int command(String[] arguments) {
    if (VersionText.isAll(arguments)) {
      for (String line : new VersionText().getVersion()) {
        System.out.println(line);
      }
      return 0;
    }
    Terminal terminal = Terminal.of(System.out, System.err, System.getenv());
    Thread warmUp = new Thread(Json::mapper, "warm-up");
    warmUp.setDaemon(true);
    warmUp.start();
    StopSignal stop = new StopSignal(Runtime.getRuntime()::halt);
    Wiring wiring =
        new Wiring(
            kinds(),
            LocalStore::open,
            Main::remote,
            WorkerCommand.of(Main.class.getName()),
            Map.of(
                "ec2", new Ec2Provider(),
                "kubernetes", new KubernetesProvider(),
                "local", new LocalProvider(),
                "slurm", new SlurmProvider(),
                "ssh", new SshProvider()));
    onSignal(stop::endForSignal);
    try {
      return Cli.run(arguments, terminal, wiring, stop);
    } finally {
      stop.end();
    }
  }

  private static ObjectStore remote(RemoteSettings settings) {
    return settings.url().startsWith("s3://")
        ? S3ObjectStore.open(settings)
        : FolderObjectStore.open(Path.of(settings.url()));
  }

  private static int work() {
    PrintStream events = System.out;
    // Whatever prints in this process must not end up between the events.
    System.setOut(System.err);
    StageWorker worker = new StageWorker(System.in, events, kinds(), Main::halt);
    onSignal(worker::endForSignal);
    return worker.run();
  }

  /** A stage may still be computing. */
  private static void halt(int exitCode) {
    try {
      EngineCalls.close(LONGEST_CALL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }

  private static Map<String, StageKind<?>> kinds() {
    List<StageKind<?>> kinds =
        List.of(
            new IdentityStage(),
            new OrcaStage(),
            new PlatypusStage(),
            new SplitStage(),
            new MergeStage(),
            new BaseModelStage(),
            new TrainStage(),
            new MergeModelStage(),
            new ExportGgufStage(),
            new SanityCheckStage());
    return kinds.stream().collect(Collectors.toMap(StageKind::name, Function.identity()));
  }

  /** Ctrl-C and SIGTERM start the JVM's shutdown; what runs is told there, and waited for. */
  private static void onSignal(Runnable end) {
    Runtime.getRuntime().addShutdownHook(new Thread(end, "on signal"));
  }
}
