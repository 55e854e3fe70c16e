package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.Placement;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.RunState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ftpipe ssh}: a shell on the machine of a run. */
@Command(
    name = "ssh",
    description = "A shell on the machine of a launched run, in its workspace.",
    footer = {
      "",
      "After --, a command that runs there in place of the shell; its failure is exit code 1.",
      "Example: ftpipe ssh latest -- nvidia-smi"
    })
final class SshCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "RUN", description = "As in ftpipe queue.")
  private String run = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "One word is a line for a shell, several are a program and its arguments.")
  private List<String> words = new ArrayList<>();

  SshCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    List<String> command;
    try (CloudScope scope = new CloudScope(invocation)) {
      command = command(scope, scope.id(run));
    }
    try {
      int code = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (code != 0 && !words.isEmpty()) {
        invocation.terminal().err().println("exit code " + code);
      }
      return code == 0 || words.isEmpty() ? 0 : 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    } catch (IOException e) {
      throw FtpipeException.environment(
          "cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  private List<String> command(CloudScope scope, String id) throws IOException {
    Optional<RunState> state = scope.runs().state(id);
    if (state.filter(RunState::isFinal).isPresent()) {
      throw FtpipeException.usage(
          "run "
              + id
              + " is over ("
              + state.get().phase().text()
              + "): it has no machine any more");
    }
    Optional<Placement> placement = scope.runs().placement(id);
    if (state.isEmpty() || placement.isEmpty()) {
      throw FtpipeException.environment(
          "run " + id + " has no machine yet; 'ftpipe queue' shows when it has", null);
    }
    String profile = placement.get().profile();
    Map<String, String> described = CloudScope.profile(scope.settings(), profile);
    Path root = invocation.global().projectRoot();
    return CloudScope.provider(invocation, profile, described)
        .shell(new Provider.Placed(id, placement.get().handle(), root, described), line());
  }

  private Optional<String> line() {
    return switch (words.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(words.get(0));
      default -> Optional.of(words.stream().map(Programs::quoted).collect(Collectors.joining(" ")));
    };
  }
}
