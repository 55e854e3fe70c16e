package dev.ftpipe.proof;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever moment the program is killed at: nothing wrong is recorded, nothing finished is lost.
 */
final class CrashProofTest {
  @TempDir Path folder;

  private void kills(int count, long seed) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    CrashRounds rounds = new CrashRounds(folder, seed);
    try {
      rounds.run(count);
    } finally {
      System.err.println(
          "seed " + seed + ": " + rounds.summary() + (System.nanoTime() - begun) / 1e9);
    }
  }

  @Test
  void repro_whenKilledAtRandomMoments_goesOnWithoutLossOrError() throws Exception {
    kills(15, System.nanoTime());
  }

  @Test
  @Tag("slow")
  void repro_whenKilledHundredsOfTimes_goesOnWithoutLossOrError() throws Exception {
    kills(300, System.nanoTime());
  }
}
