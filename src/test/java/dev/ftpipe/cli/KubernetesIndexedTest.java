package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many stages over a real control plane, as indexed jobs; the pods are processes here. */
@Tag("slow")
final class KubernetesIndexedTest {
  @TempDir private Path folder;

  @Test
  void thirtyStagesAreOneJob() throws Exception {
    try (KubernetesCluster cluster = KubernetesCluster.start();
        KubernetesClient client = cluster.connect();
        Kubelet kubelet = new Kubelet(client, Files.createDirectory(folder.resolve("pods")))) {
      CommandLines here = new CommandLines(folder.resolve("here"));
      Path program = CommandLines.installed(folder);
      here.write(
          ".ftpipe/config.yaml",
          "profiles: {there: " + cluster.profile(program, folder.resolve("pods")) + "}\n");
      here.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString());
      ManyStages stages = new ManyStages(here, 30, 7).write();

      stages.check(here.ftpipe("repro", "--on", "there", "-j", "8", "-k"));

      List<Job> jobs = client.batch().v1().jobs().list().getItems();
      assertThat(jobs).hasSize(1);
      assertThat(jobs.get(0).getSpec().getCompletionMode()).isEqualTo("Indexed");
      assertThat(jobs.get(0).getSpec().getCompletions()).isEqualTo(30);
      assertThat(jobs.get(0).getSpec().getParallelism()).isEqualTo(8);
      assertThat(kubelet.started()).isGreaterThanOrEqualTo(30);
    }
  }
}
