package dev.ftpipe.cli;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ftpipe cloud policy}: what an account has to allow. */
@Command(
    name = "policy",
    description =
        "Shows what an account has to allow, for whoever launches and for the machines of a run, "
            + "and writes it to the folder cloud/; with --create it is made in the account, too.",
    footer = {"", "Example: ftpipe cloud policy --on aws"})
final class CloudPolicyCommand implements Callable<Integer> {
  private static final Path FOLDER = Path.of("cloud");

  /** How to go on where there is nobody to ask. */
  static final String UNASKED = "-y goes on without asking";

  private final Invocation invocation;

  @Option(
      names = "--on",
      paramLabel = "PROFILE",
      description = "Profile of .ftpipe/config.yaml (default: ${DEFAULT-VALUE}).",
      defaultValue = "aws")
  private String profile = "aws";

  @Option(names = "--create", description = "Also make them in the account.")
  private boolean create;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  CloudPolicyCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Path root = invocation.global().projectRoot();
    Settings settings = Settings.read(root);
    Map<String, String> options = CloudScope.profile(settings, profile);
    Provider provider = CloudScope.provider(invocation, profile, options);
    Map<String, String> policies =
        new TreeMap<>(provider.policies(settings.remote(Optional.empty()).url(), options));
    if (policies.isEmpty()) {
      throw FtpipeException.usage("profile '" + profile + "' needs no policies");
    }
    for (Map.Entry<String, String> policy : policies.entrySet()) {
      invocation.terminal().out().println(FOLDER.resolve(policy.getKey()) + ":");
      invocation.terminal().out().print(policy.getValue());
    }
    String question = create ? "Write and create them?" : "Write them?";
    if (!yes && !Confirmation.required(invocation.terminal(), question, UNASKED)) {
      return 1;
    }
    Files.createDirectories(root.resolve(FOLDER));
    for (Map.Entry<String, String> policy : policies.entrySet()) {
      AtomicFiles.write(root.resolve(FOLDER).resolve(policy.getKey()), policy.getValue());
    }
    List<String> made = create ? provider.createPolicies(policies, options) : List.of();
    made.forEach(invocation.terminal().out()::println);
    return 0;
  }
}
