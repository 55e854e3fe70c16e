package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Settings;
import dev.ftpipe.history.Retention;
import dev.ftpipe.run.CacheVerification;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.RemoteVerification;
import dev.ftpipe.run.Verified;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ftpipe verify}: reads a store back and checks every digest. */
@Command(
    name = "verify",
    description = {
      "Reads the cache, with -c a remote, back and checks every digest. Names what is damaged or "
          + "missing, and the stages that need it. Exits with 1 when something is.",
      "",
      "--repair drops what is damaged and brings it from where it is right: the cache from the work "
          + "tree and the remote, a remote from the cache."
    },
    footer = {"", "Example: ftpipe verify -c --repair"})
final class VerifyCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-c", "--cloud"},
      description = "A remote, not the cache.")
  private boolean cloud;

  @Mixin private final RemoteOptions place = new RemoteOptions();

  @Option(names = "--repair", description = "Mend what can be mended.")
  private boolean repair;

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  VerifyCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (place.name.isPresent() && !cloud && !repair) {
      throw FtpipeException.usage("-r names the remote of --cloud or --repair; add one");
    }
    Project project = invocation.project(ParamOverrides.NONE);
    Verified verified = cloud ? there(project) : here(project);
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(verified));
    } else {
      VerifyText.print(invocation, verified, repair);
    }
    return verified.isSound() ? 0 : 1;
  }

  private Verified there(Project project) throws IOException {
    try (Remotes remotes = place.connect(invocation)) {
      RemoteVerification verification =
          new RemoteVerification(project, remotes.get(), Retention.everything(project).roots());
      return TransferDisplay.around(
          invocation, "verify", remotes::get, repair ? verification::repair : verification::verify);
    }
  }

  private Verified here(Project project) throws IOException {
    CacheVerification verification =
        new CacheVerification(project, Retention.everything(project).roots());
    if (!repair) {
      return verification.verify(read -> {});
    }
    if (!Settings.read(project.root()).hasRemote() && place.name.isEmpty()) {
      return verification.repair(Optional.empty(), read -> {});
    }
    try (Remotes remotes = place.connect(invocation)) {
      return verification.repair(Optional.of(remotes::get), read -> {});
    }
  }
}
