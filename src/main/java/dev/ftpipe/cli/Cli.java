package dev.ftpipe.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code ftpipe}. */
@Command(
    name = "ftpipe",
    description =
        "From raw instruction data to a fine-tuned, merged and checked language model, "
            + "with one command, and the same bytes for the same inputs.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    scope = ScopeType.INHERIT,
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    synopsisHeading = "Usage: ",
    footer = {
      "",
      "Exit codes: 0 done; 1 the pipeline failed or is out of date; 2 wrong use or",
      "configuration; 3 environment (credentials, disk, network, device);",
      "130 interrupted.",
      "Example: ftpipe repro"
    })
public final class Cli implements Runnable {
  /** In the order of the help; each has its case in {@link #command}. */
  private static final List<String> COMMANDS =
      List.of(
          "repro",
          "status",
          "why",
          "dag",
          "add",
          "push",
          "fetch",
          "pull",
          "checkout",
          "import-dvc",
          "verify",
          "gc",
          "remote",
          "config",
          "params",
          "metrics",
          "plots",
          "runs",
          "report",
          "launch",
          "queue",
          "logs",
          "cancel",
          "down",
          "ssh",
          "cloud",
          "job",
          "node",
          "ui",
          "init",
          "doctor",
          "completion",
          "schema");

  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private Cli() {}

  /**
   * Runs one command line.
   *
   * @return the exit code
   */
  public static int run(String[] arguments, Terminal terminal, Wiring wiring, StopSignal stop) {
    Cli cli = new Cli();
    Invocation invocation = new Invocation(cli.global, terminal, wiring, stop);
    CommandLine line = new CommandLine(cli);
    wanted(arguments).forEach(name -> line.addSubcommand(command(name, invocation)));
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(Help.defaultColorScheme(terminal.ansi()));
    line.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST, CommandGroups::text);
    line.setParameterExceptionHandler((error, given) -> wrongUse(error));
    line.setExecutionExceptionHandler(
        (error, command, parsed) ->
            ErrorReport.print(error, invocation.terminal(), cli.global.debug));
    return line.execute(arguments);
  }

  /** Reading the annotations of a command takes as long as a small command does: only if needed. */
  private static List<String> wanted(String[] arguments) {
    List<String> given = Arrays.asList(arguments);
    List<String> named = COMMANDS.stream().filter(given::contains).toList();
    return named.isEmpty() && !given.contains("--version") ? COMMANDS : named;
  }

  /** Every command with all that it takes, for those who describe them. */
  static CommandLine complete(Invocation invocation) {
    CommandLine line = new CommandLine(new Cli());
    COMMANDS.forEach(name -> line.addSubcommand(command(name, invocation)));
    return line;
  }

  private static Object command(String name, Invocation invocation) {
    return switch (name) {
      case "repro" -> new ReproCommand(invocation);
      case "status" -> new StatusCommand(invocation);
      case "why" -> new WhyCommand(invocation);
      case "dag" -> new DagCommand(invocation);
      case "add" -> new AddCommand(invocation);
      case "push" -> new PushCommand(invocation);
      case "fetch" -> new FetchCommand(invocation);
      case "pull" -> new PullCommand(invocation);
      case "checkout" -> new CheckoutCommand(invocation);
      case "import-dvc" -> new ImportDvcCommand(invocation);
      case "verify" -> new VerifyCommand(invocation);
      case "gc" -> new GcCommand(invocation);
      case "remote" -> new RemoteCommand(invocation);
      case "config" -> new ConfigCommand(invocation);
      case "params" -> ParamsCommand.of(invocation);
      case "metrics" -> MetricsCommand.of(invocation);
      case "plots" -> PlotsCommand.of(invocation);
      case "runs" -> RunsCommand.of(invocation);
      case "ui" -> new UiCommand(invocation);
      case "completion" -> new CompletionCommand(invocation);
      case "schema" -> new SchemaCommand(invocation);
      case "init" -> new InitCommand(invocation);
      case "doctor" -> new DoctorCommand(invocation);
      case "report" -> ReportCommand.of(invocation);
      case "launch" -> new LaunchCommand(invocation);
      case "queue" -> new QueueCommand(invocation);
      case "logs" -> new LogsCommand(invocation);
      case "cancel" -> new CancelCommand(invocation);
      case "down" -> new DownCommand(invocation);
      case "ssh" -> new SshCommand(invocation);
      case "cloud" -> CloudCommand.of(invocation);
      case "job" -> new JobCommand(invocation);
      case "node" -> new NodeCommand(invocation);
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  private static int wrongUse(ParameterException error) {
    CommandLine line = error.getCommandLine();
    line.getErr().println("error: " + WrongUse.message(error));
    line.getErr().println("See: " + line.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }
}
