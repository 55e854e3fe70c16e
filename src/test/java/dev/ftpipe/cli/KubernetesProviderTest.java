package dev.ftpipe.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cloud.Programs;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The provider {@code kubernetes} with a real control plane; the pods are processes here. */
@Tag("slow")
final class KubernetesProviderTest extends ProviderContract {
  private static final Path FIXTURE = Path.of("../shared/fixtures/kubernetes/kube");
  private static final File CONFIG = new File("/tmp/ftpipe-kube/kubeconfig");
  private @Nullable KubernetesClient client;
  private @Nullable Kubelet kubelet;

  @BeforeAll
  static void start() throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/tmp/ftpipe-kube/bin/kube-apiserver")),
        "no Kubernetes: " + FIXTURE + " build (about 6 minutes, once)");
    var said = Programs.run(List.of(FIXTURE.toString(), "start"), Map.of(), "");
    assertThat(said.exitCode()).as(said.text()).isZero();
  }

  @AfterAll
  static void stop() throws IOException {
    Programs.run(List.of(FIXTURE.toString(), "stop"), Map.of(), "");
  }

  @Override
  String profile() throws IOException {
    if (kubelet == null) {
      client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(CONFIG)).build();
      kubelet = new Kubelet(client, Files.createDirectories(folder.resolve("pods")));
    }
    return "{provider: kubernetes, image: test, kubeconfig: %s, program: '%s', folder: '%s'}"
        .formatted(CONFIG, installed(), folder.resolve("pods"));
  }

  @AfterEach
  void end() throws Exception {
    if (client != null && kubelet != null) {
      client.batch().v1().jobs().delete();
      kubelet.close();
      client.pods().withGracePeriod(0).delete();
      client.close();
    }
  }

  @Override
  void notice(String id) {
    // As when its machine is drained: the pod is deleted, and the job makes another one.
    requireNonNull(client).pods().withLabel("ftpipe.dev/run", id).delete();
  }

  @Test
  void secretsAreInASecretThatGoesWithItsJob() throws Exception {
    String id = launched("sleep 300");
    KubernetesClient client = requireNonNull(this.client);
    var secret = client.secrets().withLabel("ftpipe.dev/run", id).list().getItems().get(0);
    assertThat(secret.getMetadata().getOwnerReferences().get(0).getKind()).isEqualTo("Job");
    var job = client.batch().v1().jobs().withLabel("ftpipe.dev/run", id).list().getItems().get(0);
    assertThat(job.getSpec().getTemplate().getSpec().getAutomountServiceAccountToken()).isFalse();

    isDone(here.ftpipe("down", id));

    assertThat(client.batch().v1().jobs().withLabel("ftpipe.dev/run", id).list().getItems())
        .isEmpty();
  }
}
