package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.run.Checkout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe checkout}: puts what the lock file names into the work tree. */
@Command(
    name = "checkout",
    description = "Puts what pipeline.lock names into the work tree, out of the cache.",
    footer = {"", "Example: git switch other-branch && ftpipe checkout"})
final class CheckoutCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description = "Stages, groups, output paths; everything when none is given.")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = {"-f", "--force"},
      description = "Also over files that are in no cache.")
  private boolean force;

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  CheckoutCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Checkout.Result result =
        new Checkout(invocation.project(ParamOverrides.NONE), force).run(targets);
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(result));
    } else if (!invocation.quiet()) {
      result.changed().forEach(path -> invocation.terminal().out().println(path));
      invocation
          .terminal()
          .err()
          .println(
              result.changed().size()
                  + " put in place, "
                  + result.unchanged()
                  + " were already right");
    }
    result.problems().forEach(each -> invocation.terminal().err().println("error: " + each));
    return result.problems().isEmpty() ? 0 : 1;
  }
}
