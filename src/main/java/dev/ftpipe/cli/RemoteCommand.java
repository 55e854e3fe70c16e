package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.RemoteConfig;
import dev.ftpipe.config.Settings;
import dev.ftpipe.config.SettingsEdits;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe remote}: where others find what is made here. */
@Command(
    name = "remote",
    description = "The remotes of this project: buckets of an S3 server, or folders.",
    footer = {
      "",
      "Example: ftpipe remote add -d origin s3://bucket/prefix",
      "         ftpipe remote modify origin endpointurl https://minio.example.org"
    })
final class RemoteCommand implements Runnable {
  private final Invocation invocation;

  RemoteCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    list(false);
  }

  @Command(
      name = "add",
      description = "Adds a remote.",
      footer = {"", "Example: ftpipe remote add -d shared /mnt/cache"})
  int add(
      @Option(
              names = {"-d", "--default"},
              description = "Make it the default.")
          boolean makeDefault,
      @Option(
              names = {"-f", "--force"},
              description = "Also in place of one with this name.")
          boolean force,
      @Option(names = "--local", description = "In config.local.yaml, which is not committed.")
          boolean local,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "URL", description = "s3://BUCKET/PREFIX or a folder.") String url)
      throws IOException {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_-]*")) {
      throw FtpipeException.usage(
          "not a name of a remote: '" + name + "'; letters, digits, '-' and '_' are expected");
    }
    if (settings().remotes().containsKey(name) && !force) {
      throw FtpipeException.usage(
          "there is a remote '" + name + "' already; -f replaces it, 'remote modify' changes it");
    }
    SettingsEdits edits = new SettingsEdits(root(), local).set(option(name, "url"), place(url));
    if (makeDefault) {
      edits.set("remote.default", name);
    }
    edits.write();
    return 0;
  }

  private String place(String url) {
    if (url.startsWith("s3://") && url.length() > "s3://".length()) {
      return url;
    }
    if (url.contains("://")) {
      throw FtpipeException.usage(
          "no remote can be at '" + url + "'; s3://BUCKET/PREFIX or a folder is expected");
    }
    Path folder = invocation.global().directory.toAbsolutePath().resolve(url).normalize();
    return folder.toString();
  }

  @Command(
      name = "modify",
      description = "Sets an option of a remote.",
      footer = {
        "",
        "Options: url, endpointurl, region, profile, credentialpath, access_key_id, path_style,",
        "sse, sse_kms_key_id, multipart_threshold, connect_timeout, read_timeout, max_attempts,",
        "jobs, compression; with --local also secret_access_key and session_token.",
        "Example: ftpipe remote modify origin region eu-central-1"
      })
  int modify(
      @Option(names = "--local", description = "In config.local.yaml, which is not committed.")
          boolean local,
      @Option(
              names = {"-u", "--unset"},
              description = "Remove the option.")
          boolean unset,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "OPTION") String option,
      @Parameters(paramLabel = "VALUE", arity = "0..1", defaultValue = "") String value)
      throws IOException {
    if (!settings().remotes().containsKey(name)) {
      throw FtpipeException.usage(
          "there is no remote '" + name + "'" + Nearest.hint(name, settings().remotes().keySet()));
    }
    if (!RemoteConfig.OPTIONS.contains(option)) {
      throw FtpipeException.usage(
          "remotes have no option '" + option + "'" + Nearest.hint(option, RemoteConfig.OPTIONS));
    }
    if (RemoteConfig.SECRETS.contains(option) && !local) {
      throw FtpipeException.usage(
          option + " is a secret and " + Settings.SHARED + " is committed; use --local");
    }
    if (unset == !value.isEmpty()) {
      throw FtpipeException.usage("give a value, or -u to remove the option");
    }
    SettingsEdits edits = new SettingsEdits(root(), local);
    (unset ? edits.remove(option(name, option)) : edits.set(option(name, option), value)).write();
    return 0;
  }

  @Command(
      name = "list",
      description = "Names and places of all remotes.",
      footer = {"", "Example: ftpipe remote list --json"})
  int list(@Option(names = "--json", description = "One JSON object.") boolean json) {
    Settings settings = settings();
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(JsonOutput.Remotes.of(settings)));
      return 0;
    }
    settings
        .remotes()
        .values()
        .forEach(
            remote ->
                invocation
                    .terminal()
                    .out()
                    .println(
                        remote.name()
                            + "\t"
                            + remote.url()
                            + (settings.defaultRemote().filter(remote.name()::equals).isPresent()
                                ? "\t(default)"
                                : "")));
    return 0;
  }

  @Command(
      name = "remove",
      description = "Forgets a remote; what is there stays.",
      footer = {"", "Example: ftpipe remote remove old"})
  int remove(
      @Option(names = "--local", description = "In config.local.yaml.") boolean local,
      @Parameters(paramLabel = "NAME") String name)
      throws IOException {
    SettingsEdits edits = new SettingsEdits(root(), local).remove("remotes." + name);
    if (settings().defaultRemote().filter(name::equals).isPresent()) {
      edits.remove("remote.default");
    }
    edits.write();
    return 0;
  }

  private static String option(String remote, String option) {
    return "remotes." + remote + "." + option;
  }

  private Path root() {
    return invocation.global().projectRoot();
  }

  private Settings settings() {
    return Settings.read(root());
  }
}
