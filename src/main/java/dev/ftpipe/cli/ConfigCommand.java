package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.Settings;
import dev.ftpipe.config.SettingsEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe config}: settings of the project besides its remotes. */
@Command(
    name = "config",
    description =
        "Shows or sets a setting of this project: remote.default, remote.autopush; mlflow.uri and "
            + "mlflow.experiment, the MLflow server that hears of every run.",
    footer = {
      "",
      "Example: ftpipe config remote.autopush true",
      "Example: ftpipe config mlflow.uri http://127.0.0.1:5000"
    })
final class ConfigCommand implements Callable<Integer> {
  private static final List<String> NAMES =
      List.of("remote.default", "remote.autopush", "mlflow.uri", "mlflow.experiment");

  private final Invocation invocation;

  @Option(names = "--local", description = "In config.local.yaml, which is not committed.")
  private boolean local;

  @Option(
      names = {"-u", "--unset"},
      description = "Remove the setting.")
  private boolean unset;

  @Parameters(index = "0", paramLabel = "NAME", description = "One of these settings.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "VALUE", arity = "0..1", defaultValue = "")
  private String value = "";

  ConfigCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (!NAMES.contains(name)) {
      throw FtpipeException.usage("there is no setting '" + name + "'" + Nearest.hint(name, NAMES));
    }
    Path root = invocation.global().projectRoot();
    if (unset) {
      new SettingsEdits(root, local).remove(name).write();
    } else if (value.isEmpty()) {
      invocation.terminal().out().println(shown(Settings.read(root)));
    } else {
      new SettingsEdits(root, local).set(name, value).write();
    }
    return 0;
  }

  private String shown(Settings settings) {
    return switch (name) {
      case "remote.default" -> settings.defaultRemote().orElse("");
      case "mlflow.uri" -> settings.mlflow().uri().orElse("");
      case "mlflow.experiment" -> settings.mlflow().experiment().orElse("");
      default -> Boolean.toString(settings.autopush().orElse(false));
    };
  }
}
