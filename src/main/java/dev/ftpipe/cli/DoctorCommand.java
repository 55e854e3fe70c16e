package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ftpipe doctor}: what works here, and what to do about what does not. */
@Command(
    name = "doctor",
    description =
        "What works here, and what to do about what does not: Java, the engine and its native "
            + "library, GPUs, memory, disk, cache, git, remotes and their credentials.",
    footer = {
      "",
      "Exit codes: 0 all works, 2 the configuration is wrong, 3 something does not work.",
      "Example: ftpipe doctor --json"
    })
final class DoctorCommand implements Callable<Integer> {
  static final String ENGINE_ONLY = "--engine-only";

  private final Invocation invocation;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Option(
      names = ENGINE_ONLY,
      description = "Only start the engine, in this process, and say on which device.")
  private boolean engineOnly;

  DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (engineOnly) {
      return engine();
    }
    Path root = invocation.global().projectRoot();
    List<Finding> findings = new ArrayList<>();
    try {
      findings.addAll(new MachineChecks(invocation, root).all());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
    findings.addAll(new ProjectChecks(invocation, root).all());
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(Map.of("checks", findings)));
    } else {
      findings.forEach(this::print);
    }
    return findings.stream().mapToInt(each -> each.level().exitCode()).max().orElse(0);
  }

  private int engine() {
    try (Torch torch = Torch.open("auto")) {
      invocation.terminal().out().println("PyTorch runs on " + torch.device());
      return 0;
    }
  }

  private void print(Finding each) {
    Terminal terminal = invocation.terminal();
    String mark =
        switch (each.level()) {
          case OK -> terminal.styled("green", "ok    ");
          case NOTE -> terminal.styled("yellow", "note  ");
          case WRONG -> terminal.styled("red", "wrong ");
          case BROKEN -> terminal.styled("red", "broken");
        };
    terminal.out().println(mark + " " + each.name() + ": " + each.found());
    if (!each.advice().isEmpty()) {
      terminal.out().println("       " + each.advice());
    }
  }
}
