package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.cloud.Programs;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * A real control plane of its own, without nodes: others on this machine are not touched.
 *
 * @param home of its files
 * @param port of its server; the other programs have the next three
 */
record KubernetesCluster(Path home, int port) implements AutoCloseable {
  private static final Path FIXTURE = Path.of("../shared/fixtures/kubernetes/kube");
  private static final Path PROGRAMS = Path.of("/tmp/ftpipe-kube/bin");

  /** Starts one; skips the test where its programs have not been built. */
  static KubernetesCluster start() throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAMS.resolve("kube-apiserver"))
            && Files.isExecutable(PROGRAMS.resolve("kube-controller-manager"))
            && Files.isExecutable(FIXTURE),
        "no Kubernetes: " + FIXTURE + " build (about 6 minutes, once)");
    Path home = Files.createTempDirectory("ftpipe-kube");
    Files.createSymbolicLink(home.resolve("bin"), PROGRAMS);
    KubernetesCluster cluster = new KubernetesCluster(home, FreePorts.first(4));
    cluster.fixture("start");
    return cluster;
  }

  private void fixture(String verb) throws IOException {
    Map<String, String> env =
        Map.of("KUBE_HOME", home.toString(), "KUBE_PORT", Integer.toString(port));
    // Its programs go on, and keep the output of whoever started them.
    String quietly = FIXTURE + " " + verb + " >" + Programs.quoted(home + "/said") + " 2>&1";
    Programs.Said said = Programs.run(List.of("bash", "-c", quietly), env, "");
    assertThat(said.exitCode()).as(Files.readString(home.resolve("said"))).isZero();
  }

  Path kubeconfig() {
    return home.resolve("kubeconfig");
  }

  KubernetesClient connect() {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
        .build();
  }

  /** Options of a profile whose pods are processes here. */
  String profile(Path program, Path pods) {
    return "{provider: kubernetes, image: test, kubeconfig: '%s', program: '%s', folder: '%s'}"
        .formatted(kubeconfig(), program, pods);
  }

  @Override
  public void close() throws IOException {
    fixture("stop");
    AtomicFiles.deleteTree(home);
  }
}
