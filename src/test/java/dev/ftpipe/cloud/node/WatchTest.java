package dev.ftpipe.cloud.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunSpecs;
import dev.ftpipe.store.folder.FolderObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchTest {
  @TempDir private Path folder;

  /** As a stage does that begins while the node looks. */
  @Test
  void metricsThatAreRemovedMeanwhile_areNoError() throws Exception {
    CloudRuns runs = new CloudRuns(FolderObjectStore.open(folder.resolve("mount")));
    Path work = Files.createDirectory(folder.resolve("work"));
    Watch watch =
        new Watch(RunSpecs.of("run-1", "true"), work, runs, new LogShipper(runs, "run-1"));
    AtomicBoolean isOver = new AtomicBoolean();
    CompletableFuture<Integer> stages = CompletableFuture.supplyAsync(() -> begun(work, isOver));

    boolean any = false;
    for (int i = 0; i < 1000 || !any; i++) {
      any |= watch.showMetrics();
    }

    isOver.set(true);
    assertThat(stages.get()).isPositive();
  }

  private static int begun(Path work, AtomicBoolean isOver) {
    int times = 0;
    try {
      for (; !isOver.get(); times++) {
        Path plots = Files.createDirectories(work.resolve("metrics/plots/train"));
        Files.writeString(work.resolve("metrics/metrics.json"), "{}");
        Files.writeString(plots.resolve("loss.tsv"), "step\tloss\n");
        AtomicFiles.deleteTree(work.resolve("metrics"));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return times;
  }
}
