package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * A real SLURM of one node, of its own: others on this machine are not touched.
 *
 * @param home of its files
 * @param port of its controller; the node has the next one
 */
record SlurmCluster(Path home, int port) implements AutoCloseable {
  private static final Path FIXTURE = Path.of("../shared/fixtures/slurm/slurm");

  /** Starts one; skips the test where SLURM is not installed. */
  static SlurmCluster start() throws IOException {
    Assumptions.assumeTrue(
        Programs.has("sbatch") && Programs.has("slurmctld") && Files.isExecutable(FIXTURE),
        "no SLURM: apt-get install slurm-wlm munge, or " + FIXTURE + " install");
    Path home = Files.createTempDirectory("ftpipe-slurm");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    SlurmCluster cluster = new SlurmCluster(home, FreePorts.first(2));
    cluster.fixture("start");
    return cluster;
  }

  private void fixture(String verb) throws IOException {
    Map<String, String> env =
        Map.of("SLURM_HOME", home.toString(), "SLURM_BASE_PORT", Integer.toString(port));
    Programs.Said said = Programs.run(List.of(FIXTURE.toString(), verb), env, "");
    assertThat(said.exitCode()).as(said.text()).isZero();
  }

  /** Options of a profile. */
  String profile() {
    return "{provider: slurm, conf: '" + home.resolve("slurm.conf") + "'}";
  }

  /** Runs a program of SLURM. */
  String said(String... command) throws IOException {
    Programs.Said said =
        Programs.run(
            List.of(command), Map.of("SLURM_CONF", home.resolve("slurm.conf").toString()), "");
    assertThat(said.exitCode()).as(said.text()).isZero();
    return said.text();
  }

  /** Ends the jobs whose files are below a folder, and no others. */
  void endJobsOf(Path folder) throws IOException {
    for (String job : said("squeue", "-h", "-o", "%A %Z").lines().distinct().toList()) {
      String[] words = job.split(" ", 2);
      if (Path.of(words[1]).startsWith(folder)) {
        said("scancel", words[0]);
      }
    }
  }

  @Override
  public void close() throws IOException {
    fixture("stop");
  }
}
