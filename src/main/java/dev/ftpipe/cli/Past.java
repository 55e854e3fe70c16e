package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Problems;
import dev.ftpipe.git.Commit;
import dev.ftpipe.history.Revisions;
import dev.ftpipe.history.Workspace;
import dev.ftpipe.report.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The project now and at its revisions, for the commands that show values. */
final class Past implements AutoCloseable {
  private final Invocation invocation;
  private final Revisions revisions;

  Past(Invocation invocation) {
    this.invocation = invocation;
    Path root = invocation.global().projectRoot();
    this.revisions =
        new Revisions(root, invocation.wiring().kinds(), invocation.store(root), invocation::note);
  }

  /** How values are read of a project; what is wrong with its files goes to the problems. */
  interface Reader {
    Map<String, JsonNode> read(Snapshot snapshot, Problems problems);
  }

  /** The work tree, which has the name that DVC gives it, or a revision of git's. */
  Snapshot at(String revision) throws IOException {
    return revision.equals(Snapshot.WORKSPACE) ? workspace() : revisions.at(revision);
  }

  Snapshot workspace() {
    return new Workspace(
        invocation.global().projectRoot(),
        invocation.graph(ParamOverrides.NONE),
        ParamOverrides.NONE);
  }

  /** Values by file; a file that cannot be read is a note, and its values are absent. */
  Map<String, JsonNode> values(Snapshot snapshot, Reader reader) {
    Problems problems = new Problems();
    Map<String, JsonNode> values = reader.read(snapshot, problems);
    try {
      problems.throwIfAny();
    } catch (FtpipeException e) {
      String at = snapshot.name().equals(Snapshot.WORKSPACE) ? "" : "at " + snapshot.name() + ": ";
      invocation.note(at + e.getMessage());
    }
    return values;
  }

  /** Values by file, by revision: of the work tree, then of every revision asked for. */
  Map<String, Map<String, JsonNode>> values(RevisionOptions asked, Reader reader)
      throws IOException {
    Map<String, Map<String, JsonNode>> all = new LinkedHashMap<>();
    all.put(Snapshot.WORKSPACE, values(workspace(), reader));
    if (!asked.workspaceOnly()) {
      for (Commit commit : asked.commits(revisions)) {
        try {
          all.put(commit.name(), values(revisions.at(commit), reader));
        } catch (FtpipeException e) {
          // One old commit without a pipeline does not hide the others.
          invocation.note(e.getMessage());
        }
      }
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    revisions.close();
  }
}
