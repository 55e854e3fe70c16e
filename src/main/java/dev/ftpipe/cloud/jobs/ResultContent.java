package dev.ftpipe.cloud.jobs;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.Tree;
import dev.ftpipe.store.remote.FetchReport;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings what tasks made to the local store, that of several in one go. */
record ResultContent(Remote remote, Store store) {
  void bring(List<TaskResult> results) throws IOException {
    List<Blob> trees = new ArrayList<>();
    List<Blob> files = new ArrayList<>();
    for (TaskResult result : results) {
      trees.addAll(result.trees());
      for (Artifact output : result.outputs().values()) {
        if (output.kind() != Artifact.Kind.TREE) {
          files.add(new Blob(output.digest(), output.size()));
        }
      }
    }
    require(remote.fetch(store.content(), trees));
    for (Blob tree : trees) {
      Optional<byte[]> text = store.content().read(tree.digest());
      if (text.isPresent()) {
        Tree.parse(text.get())
            .entries()
            .forEach(each -> files.add(new Blob(each.digest(), each.size())));
      }
    }
    require(remote.fetch(store.content(), files.stream().distinct().toList()));
  }

  private void require(FetchReport report) {
    int lacking = report.absent().size() + report.damaged().size();
    if (lacking > 0) {
      throw FtpipeException.environment(
          lacking + " objects that a stage made are not at " + remote.location(), null);
    }
  }
}
