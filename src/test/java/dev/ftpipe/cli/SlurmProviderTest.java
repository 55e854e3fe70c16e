package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The provider {@code slurm} with a real SLURM; it starts a requeued job after two minutes. */
@Tag("slow")
final class SlurmProviderTest extends ProviderContract {
  static final Path FIXTURE = Path.of("../shared/fixtures/slurm/slurm");
  static final String CONF = "/tmp/ftpipe-slurm/slurm.conf";

  @BeforeAll
  static void start() throws IOException {
    Assumptions.assumeTrue(
        Programs.has("sbatch") && Files.isExecutable(FIXTURE), "no SLURM: slurm install");
    var said = Programs.run(List.of(FIXTURE.toString(), "start"), Map.of(), "");
    assertThat(said.exitCode()).as(said.text()).isZero();
  }

  @AfterAll
  static void stop() throws IOException {
    Programs.run(List.of(FIXTURE.toString(), "stop"), Map.of(), "");
  }

  @AfterEach
  void endJobs() throws IOException {
    Programs.run(List.of("scancel", "-u", "root"), Map.of("SLURM_CONF", CONF), "");
  }

  @Override
  String profile() {
    return "{provider: slurm, conf: " + CONF + "}";
  }

  @Override
  void notice(String id) throws IOException {
    var said =
        Programs.run(
            List.of("scancel", "--signal=TERM", "--batch", "--name=ftpipe-" + id),
            Map.of("SLURM_CONF", CONF),
            "");
    assertThat(said.exitCode()).as(said.text()).isZero();
  }
}
