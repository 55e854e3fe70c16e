package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all commands take that move data. */
final class TransferOptions {
  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description = "Stages, groups, output paths; everything when none is given.")
  List<String> targets = new ArrayList<>();

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "The remote (default: the default remote).")
  private Optional<String> remote = Optional.empty();

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Transfers at once (default: 8).")
  private Optional<Integer> jobs = Optional.empty();

  @Option(names = "--json", description = "One JSON object on stdout at the end.")
  boolean json;

  Remotes connect(Invocation invocation) {
    if (jobs.isPresent() && jobs.get() < 1) {
      throw FtpipeException.usage("-j takes a number of at least 1, not " + jobs.get());
    }
    Settings settings = Settings.read(invocation.global().projectRoot());
    OptionalInt atOnce = jobs.isPresent() ? OptionalInt.of(jobs.get()) : OptionalInt.empty();
    return Remotes.connect(invocation, settings, remote, atOnce);
  }
}
