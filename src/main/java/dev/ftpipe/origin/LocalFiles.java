package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A file or folder of this machine, outside of the project. It has no pin. */
final class LocalFiles implements Place {
  private final Path place;
  private final ContentStore content;
  private final Flow flow;

  LocalFiles(Path place, ContentStore content, Flow flow) {
    this.place = place;
    this.content = content;
    this.flow = flow;
  }

  @Override
  public Fetched fetch(String pin) throws IOException {
    if (!Files.exists(place)) {
      throw FtpipeException.environment("there is nothing at " + place, null);
    }
    try {
      if (!Files.isDirectory(place)) {
        Blob blob = content.put(place);
        count(blob);
        Artifact.Kind kind =
            Files.isExecutable(place) ? Artifact.Kind.EXECUTABLE : Artifact.Kind.FILE;
        return new Fetched(new Artifact(kind, blob.digest(), blob.size()), "");
      }
      List<Tree.Entry> entries = new ArrayList<>();
      try (Stream<Path> all = Files.walk(place, FileVisitOption.FOLLOW_LINKS)) {
        for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
          Blob blob = content.put(file);
          count(blob);
          entries.add(
              new Tree.Entry(
                  place.relativize(file).toString(),
                  Files.isExecutable(file),
                  blob.digest(),
                  blob.size()));
        }
      }
      Tree tree = new Tree(entries);
      content.put(tree.bytes());
      return new Fetched(tree.artifact(), "");
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read " + place + ": " + IoProblem.sentence(e), e);
    }
  }

  private void count(Blob blob) {
    flow.expect(blob.size());
    flow.come(blob.size());
    flow.finish();
  }

  @Override
  public String presentPin() {
    return "";
  }
}
