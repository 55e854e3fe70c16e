package dev.ftpipe.history;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.git.Commit;
import dev.ftpipe.git.GitRepository;
import dev.ftpipe.git.GitStatus;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.run.LockRoots;
import dev.ftpipe.run.LockedFiles;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.collect.Roots;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the past of a project still refers to, as far as its users want to keep it. */
public final class Retention {
  private static final int LARGEST_LOCK = 256 << 20;

  /**
   * What is kept besides the work tree.
   *
   * @param branches the tip of every branch, those of other clones that are known here included
   * @param tags every tag
   * @param commits every commit of these
   * @param revisions single ones
   * @param runs what the recorded runs made
   * @param projects other projects that share the cache
   */
  public record Scope(
      boolean branches,
      boolean tags,
      boolean commits,
      List<String> revisions,
      boolean runs,
      List<Path> projects) {
    public Scope {
      revisions = List.copyOf(revisions);
      projects = List.copyOf(projects);
    }

    private boolean needsGit() {
      return branches || tags || commits || !revisions.isEmpty();
    }
  }

  private final Scope scope;
  private final List<String> kept = new ArrayList<>(List.of("the work tree"));
  private Roots roots = Roots.NONE;

  private Retention(Scope scope) {
    this.scope = scope;
  }

  /**
   * Looks at everything that is to be kept.
   *
   * @throws FtpipeException when any of it cannot be read: then nothing may be dropped
   */
  public static Retention of(Project project, Scope scope) throws IOException {
    Retention retention = new Retention(scope);
    retention.roots = LockRoots.of(project);
    if (scope.needsGit()) {
      retention.addRevisions(project.root());
    }
    if (scope.runs()) {
      retention.addRuns(project.root());
    }
    for (Path other : scope.projects()) {
      retention.roots = retention.roots.and(LockRoots.of(other));
      retention.kept.add("project " + other);
    }
    return retention;
  }

  /** Everything that has a name: for whoever drops nothing. */
  public static Retention everything(Project project) throws IOException {
    boolean inGit = GitStatus.isIn(project.root());
    return of(project, new Scope(inGit, inGit, false, List.of(), true, List.of()));
  }

  /** What is referred to. */
  public Roots roots() {
    return roots;
  }

  /** By whom, in words. */
  public List<String> kept() {
    return List.copyOf(kept);
  }

  /** Keeps what the runs refer to that others have published, too, if runs are kept. */
  public Retention andRunsAt(Remote remote) throws IOException {
    if (!scope.runs()) {
      return this;
    }
    List<Roots> locks = new ArrayList<>();
    Set<String> ids = remote.runs().ids();
    for (String id : ids) {
      Optional<byte[]> lock = remote.runs().read(id, LockedFiles.LOCK);
      if (lock.isPresent()) {
        locks.add(LockRoots.of(lock.get(), "run " + id));
      }
    }
    return and(Roots.NONE.and(locks), ids.size(), "runs at " + remote.location());
  }

  /** Keeps more, whatever the scope. */
  public Retention and(Roots more, int count, String what) {
    Retention all = new Retention(scope);
    all.kept.clear();
    all.kept.addAll(kept);
    if (count > 0) {
      all.kept.add(count + " " + what);
    }
    all.roots = roots.and(more);
    return all;
  }

  private void addRevisions(Path root) throws IOException {
    try (GitRepository git = GitRepository.open(root)) {
      Map<String, Commit> commits = new LinkedHashMap<>();
      if (scope.branches()) {
        note(commits, git.branches(), "branches");
        note(commits, git.remoteBranches(), "branches of other clones");
      }
      if (scope.tags()) {
        note(commits, git.tags(), "tags");
      }
      if (scope.commits()) {
        note(commits, git.commits(), "commits");
      }
      note(commits, scope.revisions().stream().map(git::resolve).toList(), "revisions");
      Set<Digest> seen = new HashSet<>();
      List<Roots> found = new ArrayList<>();
      for (Commit commit : commits.values()) {
        Optional<byte[]> lock = git.read(commit, LockedFiles.LOCK, LARGEST_LOCK);
        if (lock.isPresent() && seen.add(Digest.of(lock.get()))) {
          found.add(rootsOf(lock.get(), commit));
        }
      }
      roots = roots.and(found);
    }
  }

  private void note(Map<String, Commit> all, List<Commit> some, String what) {
    some.forEach(each -> all.putIfAbsent(each.id(), each));
    if (!some.isEmpty()) {
      kept.add(some.size() + " " + what);
    }
  }

  private static Roots rootsOf(byte[] lock, Commit commit) throws IOException {
    try {
      return LockRoots.of(lock, commit.name());
    } catch (FtpipeException e) {
      throw new FtpipeException(
          e.kind(),
          "at revision " + commit.name() + ": " + e.getMessage() + "; nothing was dropped",
          e);
    }
  }

  private void addRuns(Path root) throws IOException {
    RunRecords records = RunRecords.of(root);
    Set<ActionKey> entries = new HashSet<>();
    Set<Digest> blobs = new HashSet<>();
    List<RunRecords.Listed> runs = records.list();
    List<Roots> locks = new ArrayList<>();
    for (RunRecords.Listed run : runs) {
      for (RunRecord.StageEntry stage : records.find(run.id()).stages()) {
        stage.key().ifPresent(key -> entries.add(ActionKey.of(key)));
        // The entry says which of them are folders.
        stage.outputs().values().forEach(digest -> blobs.add(new Digest(digest)));
      }
      Path lock = records.folder(run.id()).lock();
      if (Files.exists(lock)) {
        locks.add(LockRoots.of(Files.readAllBytes(lock), "run " + run.id()));
      }
    }
    locks.add(new Roots(List.of(), blobs, entries));
    roots = roots.and(locks);
    if (!runs.isEmpty()) {
      kept.add(runs.size() + " runs");
    }
  }
}
