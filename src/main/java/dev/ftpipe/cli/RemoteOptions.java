package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.Settings;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Which remote a command talks to, and with how many requests at once. */
final class RemoteOptions {
  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "The remote (default: the default remote).")
  Optional<String> name = Optional.empty();

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Requests at once (default: 8).")
  private Optional<Integer> jobs = Optional.empty();

  Remotes connect(Invocation invocation) {
    if (jobs.isPresent() && jobs.get() < 1) {
      throw FtpipeException.usage("-j takes a number of at least 1, not " + jobs.get());
    }
    Settings settings = Settings.read(invocation.global().projectRoot());
    OptionalInt atOnce = jobs.isPresent() ? OptionalInt.of(jobs.get()) : OptionalInt.empty();
    return Remotes.connect(invocation, settings, name, atOnce);
  }
}
