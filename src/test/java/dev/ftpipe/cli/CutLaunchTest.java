package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of launches on SLURM, Kubernetes and SSH hosts that are cut off after any call. */
@Tag("slow")
final class CutLaunchTest {
  @TempDir private Path folder;
  private CommandLines here;

  @BeforeEach
  void project() throws IOException {
    here = new CommandLines(folder.resolve("here"));
    here.write("pipeline.yaml", "stages:\n  a: {cmd: cp in out, deps: [in], outs: [out]}\n");
    here.write("in", "data\n");
    ProviderContract.isDone(
        here.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
  }

  private void profile(String options) throws IOException {
    here.write(
        ".ftpipe/config.yaml",
        here.read(".ftpipe/config.yaml") + "profiles: {there: " + options + "}\n");
  }

  private String state() {
    return here.ftpipe("queue").out();
  }

  @Test
  void onSlurm() throws Exception {
    try (SlurmCluster cluster = SlurmCluster.start()) {
      profile(cluster.profile());
      CutLaunch launch = new CutLaunch(folder, here);
      CutLaunch.Engine engine = () -> cluster.said("squeue", "-h").lines().toList();
      Map<String, String> env = launch.counted(List.of("squeue", "sbatch", "scancel", "mkdir"));
      String node = cluster.said("sinfo", "-h", "-o", "%n").strip();
      // Jobs wait: what has begun is nobody's to remove.
      cluster.said("scontrol", "update", "nodename=" + node, "state=drain", "reason=test");

      int calls = 0;
      while (!launch.isLaunched(calls + 1, env)) {
        calls++;
        launch.assertCleaned(engine);
      }

      launch.assertEnded(engine);
      assertThat(launch.calls()).hasSize(calls).anyMatch(each -> each.startsWith("sbatch"));
      cluster.said("scontrol", "update", "nodename=" + node, "state=resume");
      assertThat(launch.isLaunched(calls, env)).isFalse();
      assertBegunRunIsLeftAlone(engine);
    }
  }

  /** It says itself how far it is, and its user ends it. */
  private void assertBegunRunIsLeftAlone(CutLaunch.Engine engine) throws Exception {
    ProviderContract.await(Duration.ofMinutes(2), () -> state().contains("running"));
    ProviderContract.isDone(here.ftpipe("cloud", "gc", "--grace", "0", "-y"));
    assertThat(state()).contains("running");
    new CutLaunch(folder, here).assertEnded(engine);
  }

  @Test
  void onKubernetes() throws Exception {
    try (KubernetesCluster cluster = KubernetesCluster.start();
        KubernetesClient client = cluster.connect();
        KubernetesProxy proxy = new KubernetesProxy(client)) {
      Path config = proxy.kubeconfig(folder.resolve("kubeconfig"));
      profile("{provider: kubernetes, image: test, kubeconfig: '" + config + "'}");
      CutLaunch launch = new CutLaunch(folder, here);

      int calls = 0;
      while (!isLaunched(calls + 1, proxy)) {
        calls++;
        launch.assertCleaned(() -> everything(client));
      }

      launch.assertEnded(() -> everything(client));
      assertThat(calls).isGreaterThanOrEqualTo(3);
    }
  }

  private boolean isLaunched(int last, KubernetesProxy proxy) throws Exception {
    List<String> command = new ArrayList<>(CommandLines.program().command());
    command.remove(dev.ftpipe.run.WorkerCommand.ARGUMENT);
    command.addAll(
        List.of("-C", here.root.toString(), "launch", "--on", "there", "-y", "-d", "--", "true"));
    Process client =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    AtomicInteger calls = new AtomicInteger();
    proxy.hook(
        () -> {
          if (calls.incrementAndGet() == last) {
            client.destroyForcibly();
          }
        });
    assertThat(client.waitFor(2, TimeUnit.MINUTES)).isTrue();
    proxy.hook(() -> {});
    assertThat(client.exitValue()).as(Files.readString(folder.resolve("log"))).isIn(0, 137);
    return client.exitValue() == 0;
  }

  /** Of all kinds that a launch may make; what the cluster has by itself aside. */
  private static List<String> everything(KubernetesClient client) {
    return Stream.of(
            client.batch().v1().jobs().list().getItems(),
            client.secrets().list().getItems(),
            client.pods().list().getItems(),
            client.configMaps().list().getItems(),
            client.persistentVolumeClaims().list().getItems())
        .flatMap(List::stream)
        .map(HasMetadata::getMetadata)
        .map(each -> each.getName())
        .filter(name -> !name.equals("kube-root-ca.crt"))
        .toList();
  }

  @Test
  void onAHost() throws Exception {
    try (OpensshServer server =
        OpensshServer.start(
            Files.createDirectory(folder.resolve("server")), folder.resolve("home"))) {
      profile("{" + server.profile() + "}");
      CutLaunch launch = new CutLaunch(folder, here);
      CutLaunch.Engine engine = () -> nodes().toList();
      Map<String, String> env = launch.counted(List.of("ssh"));

      int calls = 0;
      while (!launch.isLaunched(calls + 1, env)) {
        calls++;
        if (nodes().findAny().isEmpty()) {
          launch.assertCleaned(engine);
        } else {
          assertBegunRunIsLeftAlone(engine);
        }
      }

      launch.assertEnded(engine);
      assertThat(calls).isGreaterThanOrEqualTo(3);
      // The program was copied once, whoever was cut off meanwhile.
      try (Stream<Path> programs = Files.list(folder.resolve("home/programs"))) {
        assertThat(programs).singleElement().asString().doesNotContain(".new.");
      }
    }
  }

  /** Engines of nodes that are at work on the host. */
  private Stream<String> nodes() {
    return ProcessHandle.allProcesses()
        .map(NodeProcesses::commandLine)
        .filter(line -> line.contains("engine.sh") || line.contains("dev.ftpipe.Main\0node\0"))
        .filter(line -> line.contains(folder.toString()));
  }
}
