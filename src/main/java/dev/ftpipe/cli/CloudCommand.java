package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.InstanceType;
import dev.ftpipe.config.Settings;
import dev.ftpipe.report.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ftpipe cloud}: what can be had where. */
@Command(
    name = "cloud",
    description = "Which providers work here, which GPUs there are; what machines need.",
    footer = {"", "Example: ftpipe cloud check"})
final class CloudCommand implements Runnable {
  private final Invocation invocation;
  @Spec private CommandSpec spec = CommandSpec.create();

  CloudCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  static CommandLine of(Invocation invocation) {
    return new CommandLine(new CloudCommand(invocation))
        .addSubcommand(new CloudDistCommand(invocation))
        .addSubcommand(new CloudGcCommand(invocation))
        .addSubcommand(new CloudPolicyCommand(invocation));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: check, dist, gc, policy or show-gpus");
  }

  @Command(
      name = "check",
      description = "What each profile and provider lacks; exit code 3 when none works.",
      footer = {"", "Example: ftpipe cloud check"})
  int check() {
    Settings settings = Settings.read(invocation.global().projectRoot());
    Map<String, Map<String, String>> profiles = new LinkedHashMap<>();
    new TreeMap<>(invocation.wiring().providers())
        .keySet()
        .forEach(each -> profiles.put(each, Map.of()));
    profiles.putAll(settings.profiles());
    boolean any = false;
    for (var profile : profiles.entrySet()) {
      List<String> lacking =
          CloudScope.provider(invocation, profile.getKey(), profile.getValue())
              .lacks(profile.getValue());
      any |= lacking.isEmpty();
      invocation
          .terminal()
          .out()
          .println(
              profile.getKey() + ": " + (lacking.isEmpty() ? "ok" : String.join("; ", lacking)));
    }
    if (!settings.hasRemote()) {
      invocation.terminal().out().println("remote: none; a run needs one: ftpipe remote add -d");
    }
    return any ? 0 : 3;
  }

  @Command(
      name = "show-gpus",
      description = "GPU instance types of EC2, from the bundled table, which has no prices.",
      footer = {
        "",
        "Example: ftpipe cloud show-gpus A10G",
        "         ftpipe cloud show-gpus A100:8"
      })
  int showGpus(@Parameters(paramLabel = "NAME", arity = "0..1", defaultValue = "") String name) {
    Table table =
        new Table(List.of("GPU", "Number", "GiB each", "Type", "CPUs", "Memory GiB", "Spot"));
    String source = "";
    Set<String> known = new TreeSet<>();
    for (InstanceType type : InstanceType.all()) {
      source = type.source();
      known.add(type.gpu());
      if (matches(type, name)) {
        table.add(
            List.of(
                type.gpu(),
                Integer.toString(type.gpus()),
                Double.toString(type.gpuGib()),
                type.name(),
                Integer.toString(type.cpus()),
                Double.toString(type.memory()),
                type.spot() ? "yes" : "no"));
      }
    }
    if (InstanceType.all().stream().noneMatch(type -> matches(type, name))) {
      throw FtpipeException.usage(
          "the table has no GPU '" + name + "'; it has " + String.join(", ", known));
    }
    invocation.terminal().out().print(table.text());
    invocation.note("types as of " + source + "; prices are the account's, and not in this table");
    return 0;
  }

  /** As SkyPilot takes it: A100, or A100:8. */
  private static boolean matches(InstanceType type, String asked) {
    String[] parts = asked.split(":", 2);
    return matches(type.gpu(), parts[0])
        && (parts.length < 2 || parts[1].equals(Integer.toString(type.gpus())));
  }

  private static boolean matches(String gpu, String name) {
    return gpu.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT));
  }
}
