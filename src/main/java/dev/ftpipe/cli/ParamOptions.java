package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the values of the params come from besides {@code params.yaml}. */
final class ParamOptions {
  @Option(
      names = "--params",
      paramLabel = "FILE",
      description = "A params file whose values go over those of params.yaml.")
  private Optional<Path> file = Optional.empty();

  /** The file is looked for from the folder of {@code -C}, as everything is. */
  ParamOverrides overrides(GlobalOptions global) {
    return new ParamOverrides(file.map(global.directory::resolve), List.of());
  }
}
