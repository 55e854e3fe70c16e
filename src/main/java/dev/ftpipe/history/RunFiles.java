package dev.ftpipe.history;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.dag.Catalog;
import dev.ftpipe.report.PlotSource;
import dev.ftpipe.run.LockedFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a run left, out of the cache by the digests in the lock file that it ended with. */
final class RunFiles implements PlotSource {
  private final String name;
  private final Catalog catalog;
  private final LockedFiles files;

  RunFiles(String name, Catalog catalog, LockedFiles files) {
    this.name = name;
    this.catalog = catalog;
    this.files = files;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Catalog catalog() {
    return catalog;
  }

  @Override
  public Optional<byte[]> read(String path) {
    try {
      return files.read(path, Revision.LARGEST);
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read the cache: " + IoProblem.sentence(e), e);
    }
  }

  @Override
  public List<String> files(String folder) {
    try {
      return files.files(folder);
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read the cache: " + IoProblem.sentence(e), e);
    }
  }
}
