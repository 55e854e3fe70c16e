package dev.ftpipe.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever moment the program is killed at: nothing wrong is recorded, nothing finished is lost.
 * {@code PROOF_KILLS} and {@code PROOF_SEED} in the environment choose other numbers.
 */
final class CrashProofTest {
  @TempDir Path folder;

  private void kills(int count, TestReporter reporter) throws IOException, InterruptedException {
    long seed = setting("PROOF_SEED").orElse(System.nanoTime());
    reporter.publishEntry("seed", "" + seed);
    CrashRounds rounds = new CrashRounds(folder, seed);
    rounds.run(setting("PROOF_KILLS").map(Math::toIntExact).orElse(count));
    reporter.publishEntry("result", rounds.summary());
  }

  private static Optional<Long> setting(String name) {
    return Optional.ofNullable(System.getenv(name)).map(Long::valueOf);
  }

  @Test
  void repro_whenKilledAtRandomMoments_goesOnWithoutLossOrError(TestReporter reporter)
      throws Exception {
    kills(5, reporter);
  }

  @Test
  @Tag("slow")
  void repro_whenKilledHundredsOfTimes_goesOnWithoutLossOrError(TestReporter reporter)
      throws Exception {
    kills(300, reporter);
  }
}
