package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose machines run the stages of a repro. */
final class OnOptions {
  @Option(
      names = "--on",
      paramLabel = "PROFILE",
      description =
          "Each stage that has resources is a job of its own for the engine of this profile "
              + "of .ftpipe/config.yaml; -j then counts jobs.")
  private Optional<String> profile = Optional.empty();

  @Option(names = "--all-stages", description = "With --on: stages without resources, too.")
  private boolean all;

  private int jobs = 1;

  /** These options, if they name a profile. */
  Optional<OnOptions> chosen(int atOnce) {
    if (profile.isEmpty() && all) {
      throw FtpipeException.usage("--all-stages says what --on PROFILE takes; add that");
    }
    this.jobs = atOnce;
    return profile.map(name -> this);
  }

  OnProfile open(Invocation invocation, Path root) throws IOException {
    return new OnProfile(invocation, root, profile.orElseThrow(), all, jobs);
  }
}
