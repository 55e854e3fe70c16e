package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.run.Adoption;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ftpipe add}: registers raw data or a base model. */
@Command(
    name = "add",
    description = {"Registers a source: its digest in pipeline.lock, its bytes in the cache."},
    footer = {"", "Example: ftpipe add data/raw/orca.parquet"})
final class AddCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "PATH", description = "A file or folder of the project.")
  private String path = "";

  AddCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Project project = invocation.project(ParamOverrides.NONE);
    Artifact added =
        new Adoption(project)
            .under(
                () -> {
                  if (project.sources().inPlace(path).isEmpty()) {
                    throw FtpipeException.usage("there is no " + path);
                  }
                  return project.sources().addWhatIsAt(path);
                });
    invocation.terminal().err().println(path + ": " + added.digest().brief());
    return 0;
  }
}
