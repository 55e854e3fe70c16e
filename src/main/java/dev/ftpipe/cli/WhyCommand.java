package dev.ftpipe.cli;

import dev.ftpipe.run.Change;
import dev.ftpipe.run.Why;
import dev.ftpipe.run.Why.Ingredient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe why STAGE}: every ingredient of the stage's key, old and new. */
@Command(
    name = "why",
    description = "Every ingredient of a stage's key, old and new; what differs comes first.",
    footer = {"", "Example: ftpipe why train"})
final class WhyCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "STAGE", description = "The stage, with @item for one of a group.")
  private String stage = "";

  @Mixin private final ParamOptions params = new ParamOptions();

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  WhyCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Why why = Why.of(invocation.project(params.overrides(invocation.global())), stage);
    Terminal terminal = invocation.terminal();
    if (json) {
      terminal.out().println(JsonOutput.line(why));
      return 0;
    }
    StringBuilder text = new StringBuilder();
    text.append(terminal.styled("bold", stage)).append(": ");
    text.append(JsonOutput.lower(why.status().state())).append("\n");
    for (Change change : why.status().changes()) {
      text.append("  ").append(change.sentence()).append("\n");
      change.files().lines().forEach(line -> text.append("      ").append(line).append("\n"));
    }
    text.append("key now:  ").append(why.status().key().orElse("not known yet")).append("\n");
    text.append(why.fromCache() ? "nearest:  " : "key last: ");
    text.append(why.lastKey().orElse("never run")).append("\n");
    why.ingredients().forEach(each -> text.append(line(each)).append("\n"));
    terminal.out().print(text);
    return 0;
  }

  private static String line(Ingredient each) {
    String name = each.name().isEmpty() ? each.kind() : each.kind() + " " + each.name();
    String value =
        each.differs()
            ? orNone(each.before()) + " → " + orNone(each.after())
            : each.after().isEmpty() ? each.before() : each.after();
    return (each.differs() ? "* " : "  ") + name + ": " + value;
  }

  private static String orNone(String value) {
    return value.isEmpty() ? "none" : value;
  }
}
