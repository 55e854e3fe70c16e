package dev.ftpipe.run;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Outputs and the lock file of a work tree as they were, to be put back after something else ran in
 * it. The bytes of every output are in the cache, also of those that are not cached otherwise.
 */
public final class SavedWorkspace {
  private final Project project;
  private final Map<String, Optional<Artifact>> outputs = new TreeMap<>();
  private final byte[] lock;

  private SavedWorkspace(Project project, byte[] lock) {
    this.project = project;
    this.lock = lock;
  }

  /**
   * Saves the outputs at these paths, and notes which of them are not there.
   *
   * @throws FtpipeException when one cannot be kept, so that it could not be put back
   */
  public static SavedWorkspace of(Project project, Collection<String> paths) throws IOException {
    project.folders().prepare();
    SavedWorkspace saved = new SavedWorkspace(project, LockFile.bytes(lockFile(project)));
    for (String path : paths) {
      try {
        saved.outputs.put(path, project.workTree().measureOrKeep(path, true));
      } catch (FtpipeException e) {
        throw new FtpipeException(
            e.kind(),
            "nothing was started: the output "
                + path
                + " could not be put back afterwards, as it cannot be kept in the cache: "
                + e.getMessage(),
            e);
      }
    }
    project.saveIndex();
    return saved;
  }

  /** Puts everything back as it was. */
  public void restore() throws IOException {
    WorkspaceLock held = WorkspaceLock.take(project.folders().workspaceLock());
    try (held) {
      Orphans.endAfter(held, project.root(), project::note);
      for (var output : outputs.entrySet()) {
        String path = output.getKey();
        Optional<Artifact> wanted = output.getValue();
        if (project.workTree().measure(path).equals(wanted)) {
          continue;
        }
        project.workTree().remove(path);
        if (wanted.isPresent() && !project.workTree().restore(path, wanted.get())) {
          project.note(
              path + " was not put back: the cache has lost it; 'ftpipe repro' makes it again");
        }
      }
      if (lock.length == 0) {
        Files.deleteIfExists(lockFile(project));
      } else {
        AtomicFiles.write(lockFile(project), lock);
      }
    }
    project.saveIndex();
  }

  private static Path lockFile(Project project) {
    return project.root().resolve(LockFile.NAME);
  }
}
