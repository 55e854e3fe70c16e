package dev.ftpipe.cli;

import dev.ftpipe.config.Settings;
import dev.ftpipe.run.Project;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** What a repro has to do with the remote. */
final class SharingOptions {
  @Option(
      names = "--pull",
      description = "The remote has to be there: without it nothing runs that it might have.")
  private boolean pull;

  @Option(names = "--push", description = "Push every stage as soon as it has run.")
  private boolean push;

  /** Without a remote in the configuration nothing is shared, unless the user asks for that. */
  Shared open(Invocation invocation, Project project) {
    Settings settings = Settings.read(project.root());
    if (!settings.hasRemote() && !pull && !push) {
      return Shared.NOTHING;
    }
    // A default remote that is not there is an error now, not after an hour of training.
    settings.remote(Optional.empty());
    return new Shared(
        project,
        () -> Remotes.connect(invocation, settings, Optional.empty(), OptionalInt.empty()),
        push || settings.autopush().orElse(false),
        pull);
  }
}
