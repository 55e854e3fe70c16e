package dev.ftpipe.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.store.folder.FolderObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a remote knows of runs. */
final class CloudRunsTest {
  @TempDir private Path folder;

  @Test
  void anIdThatAnotherRunHas_isDrawnAgain() throws IOException {
    CloudRuns runs = new CloudRuns(FolderObjectStore.open(folder));
    Iterator<String> drawn = List.of("run-1", "run-1", "run-1", "run-2").iterator();

    assertThat(runs.submit(drawn::next, id -> RunSpecs.of(id, "first"))).isEqualTo("run-1");
    assertThat(runs.submit(drawn::next, id -> RunSpecs.of(id, "second"))).isEqualTo("run-2");

    assertThat(drawn).isExhausted();
    assertThat(runs.spec("run-1").map(RunSpec::run)).contains("first");
    assertThat(runs.spec("run-2").map(RunSpec::run)).contains("second");
    assertThat(runs.ids()).containsExactly("run-1", "run-2");
  }
}
