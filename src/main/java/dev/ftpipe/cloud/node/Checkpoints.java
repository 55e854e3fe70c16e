package dev.ftpipe.cloud.node;

import dev.ftpipe.base.Digest;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.Snapshot;
import dev.ftpipe.cloud.SnapshotIndex;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a stage at work has left for its next attempt, in the store. */
final class Checkpoints {
  private final CloudRuns runs;
  private final Remote remote;
  private final Store store;
  private final String id;
  private final Path scratch;
  private final Path index;
  private Optional<Digest> sent = Optional.empty();

  Checkpoints(CloudRuns runs, Remote remote, Store store, String id, Path work) {
    this.runs = runs;
    this.remote = remote;
    this.store = store;
    this.id = id;
    this.scratch = work.resolve(".ftpipe/state/scratch");
    this.index = work.resolve(".ftpipe/state/checkpoints");
  }

  /** Brings those of an attempt on another machine. */
  void restore() throws IOException {
    Optional<CloudRuns.Kept> kept = runs.checkpoint(id);
    if (kept.isPresent() && !Files.exists(scratch)) {
      Blob tree = new Blob(new Digest(kept.get().digest()), kept.get().treeBytes());
      Snapshot.restore(remote, store.content(), tree, scratch);
    }
  }

  /**
   * Sends them, if they are others than the last time.
   *
   * @return whether they were
   */
  boolean send() throws IOException {
    TreeSet<String> files = new TreeSet<>();
    if (!Files.isDirectory(scratch)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(scratch)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.add(scratch.relativize(file).toString()));
      if (files.isEmpty()) {
        return false;
      }
      SnapshotIndex known = SnapshotIndex.read(index);
      Snapshot taken = Snapshot.take(store.content(), scratch, files, known, false);
      known.write(index);
      if (sent.equals(Optional.of(taken.tree().digest()))) {
        return false;
      }
      remote.push(store, taken.plan());
      runs.checkpoint(id, new CloudRuns.Kept(taken.tree().digest().hex(), taken.tree().size()));
      sent = Optional.of(taken.tree().digest());
      return true;
    } catch (NoSuchFileException | java.io.UncheckedIOException e) {
      // The stage replaced a checkpoint meanwhile: the next beat sends the new one.
      sent = Optional.empty();
      return false;
    }
  }
}
