package dev.ftpipe.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The provider {@code slurm} with a real SLURM; it starts a requeued job after two minutes. */
@Tag("slow")
final class SlurmProviderTest extends ProviderContract {
  private static @Nullable SlurmCluster started;

  @BeforeAll
  static void start() throws IOException {
    started = SlurmCluster.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (started != null) {
      started.close();
    }
  }

  private static SlurmCluster cluster() {
    return requireNonNull(started);
  }

  @AfterEach
  void endJobs() throws IOException {
    cluster().endJobsOf(folder);
  }

  @Override
  String profile() {
    return cluster().profile();
  }

  @Override
  void notice(String id) throws IOException {
    cluster().said("scancel", "--signal=TERM", "--batch", "--name=ftpipe-" + id);
  }
}
