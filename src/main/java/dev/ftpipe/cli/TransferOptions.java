package dev.ftpipe.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all commands take that move data. */
final class TransferOptions {
  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description = "Stages, groups, output paths; everything when none is given.")
  List<String> targets = new ArrayList<>();

  @Mixin private final RemoteOptions place = new RemoteOptions();

  @Option(names = "--json", description = "One JSON object on stdout at the end.")
  boolean json;

  Remotes connect(Invocation invocation) {
    return place.connect(invocation);
  }
}
