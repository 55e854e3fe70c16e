package dev.ftpipe.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folders of runs. */
final class RunFolderTest {
  private static final int RUNS = 400;

  @TempDir private Path folder;

  /** There are 841 names for one moment: of so many runs, some draw one that is taken. */
  @Test
  void aNameThatIsTaken_isDrawnAgain() throws IOException {
    RunRecords records = new RunRecords(folder);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < RUNS; i++) {
      ids.add(records.create(Instant.EPOCH).id());
    }

    assertThat(ids).hasSize(RUNS);
  }
}
