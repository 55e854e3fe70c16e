package dev.ftpipe.cli;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.RunResults;
import dev.ftpipe.run.RunSharing;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.remote.PushReport;
import dev.ftpipe.store.remote.Remote;
import dev.ftpipe.store.remote.RemoteRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The runs that are recorded here and at a remote. */
final class RunBook {
  private final Path root;
  private final Remote remote;
  private final Path copy;

  RunBook(Path root, Remote remote) {
    this.root = root;
    this.remote = remote;
    String place = Digest.of(remote.location()).hex().substring(0, 16);
    this.copy = root.resolve(".ftpipe/state/remote/runs").resolve(place);
  }

  /** Records of here and there; those of there are read anew. */
  RunRecords all() throws IOException {
    remote.runs().mirror(copy);
    return RunRecords.of(root).and(copy);
  }

  /** Brings logs and lock file of a run that is only at the remote. */
  void bringAll(String id) throws IOException {
    if (!RunRecords.of(root).isHere(id)) {
      remote.runs().bringAll(id, copy);
    }
  }

  /** Removes records there. */
  void remove(Set<String> ids) throws IOException {
    remote.runs().remove(ids);
    remote.runs().mirror(copy);
  }

  /** What a run left. */
  RunResults results(RunRecords records, String id) throws IOException {
    bringAll(id);
    Path lock = records.folder(id).lock();
    if (!Files.exists(lock)) {
      throw FtpipeException.usage(
          "run " + id + " has no lock file: it did not come to its end, or an older ftpipe ran it");
    }
    return RunResults.of(Files.readAllBytes(lock));
  }

  /** Ids of the runs here whose results are those of the lock file as it is now. */
  static List<String> runsOfTheLock(Path root) throws IOException {
    Path lock = root.resolve("pipeline.lock");
    RunRecords here = RunRecords.of(root);
    if (!Files.exists(lock)) {
      return List.of();
    }
    byte[] now = Files.readAllBytes(lock);
    Set<String> ids = new LinkedHashSet<>();
    for (String id : here.ids()) {
      Path kept = here.folder(id).lock();
      if (Files.exists(kept)
          && Files.size(kept) == now.length
          && Arrays.equals(Files.readAllBytes(kept), now)) {
        ids.add(id);
      }
    }
    return List.copyOf(ids);
  }

  /** Publishes records whose results are at the remote; those that are there already are left. */
  int publish(List<String> ids) throws IOException {
    RemoteRuns there = remote.runs();
    int published = 0;
    for (String id : ids) {
      if (!there.isKnown(id)) {
        there.publish(id, RunRecords.of(root).folder(id).files());
        published++;
      }
    }
    return published;
  }

  /** Sends what runs left, then their records. */
  Sharing.Result<PushReport> push(Project project, List<String> ids) throws IOException {
    RunSharing sharing = new RunSharing(project, () -> remote);
    Optional<Sharing.Result<PushReport>> all = Optional.empty();
    for (String id : ids) {
      Sharing.Result<PushReport> one = sharing.push(results(RunRecords.of(root), id));
      if (one.lacking().isEmpty()) {
        publish(List.of(id));
      }
      all = Optional.of(all.map(before -> both(before, one)).orElse(one));
    }
    return all.orElseThrow();
  }

  private static Sharing.Result<PushReport> both(
      Sharing.Result<PushReport> one, Sharing.Result<PushReport> other) {
    Set<String> lacking = new LinkedHashSet<>(one.lacking());
    lacking.addAll(other.lacking());
    PushReport before = one.report();
    PushReport after = other.report();
    List<Blob> absent = new ArrayList<>(before.absent());
    absent.addAll(after.absent());
    List<Blob> damaged = new ArrayList<>(before.damaged());
    damaged.addAll(after.damaged());
    // The bytes that moved are counted from the first on.
    return new Sharing.Result<>(
        new PushReport(
            before.objects() + after.objects(),
            before.verified() + after.verified(),
            before.sent() + after.sent(),
            after.movedBytes(),
            absent,
            damaged),
        List.copyOf(lacking));
  }
}
