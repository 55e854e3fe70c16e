package dev.ftpipe.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The provider {@code kubernetes} with a real control plane; the pods are processes here. */
@Tag("slow")
final class KubernetesProviderTest extends ProviderContract {
  private static @Nullable KubernetesCluster started;
  private @Nullable KubernetesClient client;
  private @Nullable Kubelet kubelet;

  @BeforeAll
  static void start() throws IOException {
    started = KubernetesCluster.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (started != null) {
      started.close();
    }
  }

  @Override
  String profile() throws IOException {
    KubernetesCluster cluster = requireNonNull(started);
    Path pods = folder.resolve("pods");
    if (kubelet == null) {
      client = cluster.connect();
      kubelet = new Kubelet(client, Files.createDirectories(pods));
    }
    return cluster.profile(installed(), pods);
  }

  @Override
  String sent(String id) throws IOException {
    KubernetesClient client = requireNonNull(this.client);
    return Serialization.asJson(client.batch().v1().jobs().list())
        + Serialization.asJson(client.pods().list())
        + Serialization.asJson(client.configMaps().list())
        + SecretCanaries.textBelow(folder.resolve("pods"));
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

  /** There is no machine that kubectl could open a shell on; what it is told is looked at. */
  @Override
  @Test
  void theMachineIsReached() throws Exception {
    Path kubectl = Files.createDirectory(folder.resolve("tools")).resolve("kubectl");
    Files.writeString(kubectl, "#!/bin/sh\nprintf '%s|' \"$@\"\n");
    Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwx------"));
    String id = launched("echo begun; sleep 300");
    await(Duration.ofMinutes(2), () -> here.ftpipe("logs", id).out().contains("begun"));

    Result there =
        here.process(
            Map.of("PATH", kubectl.getParent() + ":" + System.getenv("PATH")),
            "ssh",
            id,
            "--",
            "ls");

    assertThat(there.out())
        .contains("|exec|-i|job/ftpipe-" + id + "|--|sh|-c|cd '" + folder.resolve("pods/work"))
        .contains("bash -c 'ls'");
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
