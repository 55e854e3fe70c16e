package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The provider {@code slurm} from outside of the cluster: a real SLURM behind a server of OpenSSH.
 */
@Tag("slow")
final class SlurmOverSshTest {
  @TempDir private Path folder;

  @Test
  void runsAndStagesGoThroughTheLoginNode() throws Exception {
    try (SlurmCluster cluster = SlurmCluster.start();
        OpensshServer server =
            OpensshServer.start(
                Files.createDirectory(folder.resolve("server")), folder.resolve("home"))) {
      String others = cluster.profile().replaceAll("[{}]", "").replace("provider: slurm, ", "");
      CommandLines here = new CommandLines(folder.resolve("here"));
      here.write(
          ".ftpipe/config.yaml",
          "profiles: {there: {%s, %s}}\n"
              .formatted(server.profile().replace("provider: ssh", "provider: slurm"), others));
      here.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString());
      ManyStages stages = new ManyStages(here, 6, 3).write();
      assertThat(here.ftpipe("cloud", "check").out()).contains("there: ok");

      stages.check(here.ftpipe("repro", "--on", "there", "-j", "4", "-k"));

      Result launched =
          here.ftpipe("launch", "--on", "there", "-y", "-d", "--", "echo hi; sleep 300");
      assertThat(launched.exitCode()).as(launched.err()).isZero();
      String id = launched.out().strip();
      ProviderContract.await(
          Duration.ofMinutes(2), () -> here.ftpipe("logs", id).out().contains("hi"));
      Result shell = here.process(Map.of(), "ssh", id, "--", "pwd; ls");
      assertThat(shell.out()).contains("home/nodes/" + id + "/work").contains("pipeline.yaml");
      assertThat(here.ftpipe("down", id).exitCode()).isZero();
      ProviderContract.await(Duration.ofMinutes(1), () -> cluster.said("squeue", "-h").isBlank());
      // Nothing of the node is in the project.
      try (Stream<Path> all = Files.walk(here.root.resolve(".ftpipe"))) {
        assertThat(all.filter(file -> file.endsWith("nodes"))).isEmpty();
      }
    }
  }
}
