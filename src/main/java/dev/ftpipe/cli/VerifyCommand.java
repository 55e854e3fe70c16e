package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Settings;
import dev.ftpipe.history.Retention;
import dev.ftpipe.run.CacheVerification;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Verified;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ftpipe verify}: reads a store back and checks every digest. */
@Command(
    name = "verify",
    description = {
      "Reads the cache, with -c a remote, back and checks every digest. Names what is damaged or"
          + " missing, and the stages that need it. Exits with 1 when something is.",
      "",
      "--repair drops what is damaged and brings it from where it is right: the cache from the work"
          + " tree and the remote, a remote from the cache."
    },
    footer = {"", "Example: ftpipe verify -c --repair"})
final class VerifyCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-c", "--cloud"},
      description = "A remote, not the cache.")
  private boolean cloud;

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

  @Option(names = "--repair", description = "Mend what can be mended.")
  private boolean repair;

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  VerifyCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Verified verified = here();
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(verified));
    } else {
      VerifyText.print(invocation, verified, repair);
    }
    return verified.isSound() ? 0 : 1;
  }

  private Verified here() throws IOException {
    Project project = invocation.project(ParamOverrides.NONE);
    CacheVerification verification =
        new CacheVerification(project, Retention.everything(project).roots());
    AtomicLong bytes = new AtomicLong();
    if (!repair) {
      return verification.verify(bytes::addAndGet);
    }
    Settings settings = Settings.read(project.root());
    if (!settings.hasRemote() && remote.isEmpty()) {
      return verification.repair(Optional.empty(), bytes::addAndGet);
    }
    OptionalInt atOnce = jobs.map(OptionalInt::of).orElse(OptionalInt.empty());
    try (Remotes remotes = Remotes.connect(invocation, settings, remote, atOnce)) {
      return verification.repair(Optional.of(remotes::get), bytes::addAndGet);
    }
  }
}
