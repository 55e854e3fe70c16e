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
    description = "Shows or sets a setting of this project: remote.default, remote.autopush.",
    footer = {"", "Example: ftpipe config remote.autopush true"})
final class ConfigCommand implements Callable<Integer> {
  private static final List<String> NAMES = List.of("remote.default", "remote.autopush");

  private final Invocation invocation;

  @Option(names = "--local", description = "In config.local.yaml, which is not committed.")
  private boolean local;

  @Option(
      names = {"-u", "--unset"},
      description = "Remove the setting.")
  private boolean unset;

  @Parameters(index = "0", paramLabel = "NAME", description = "remote.default or remote.autopush.")
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
      Settings settings = Settings.read(root);
      invocation
          .terminal()
          .out()
          .println(
              name.equals("remote.default")
                  ? settings.defaultRemote().orElse("")
                  : Boolean.toString(settings.autopush().orElse(false)));
    } else {
      new SettingsEdits(root, local).set(name, value).write();
    }
    return 0;
  }
}
