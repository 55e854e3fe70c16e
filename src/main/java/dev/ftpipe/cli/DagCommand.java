package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dag.Drawing;
import dev.ftpipe.dag.Graph;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ftpipe dag}: the graph, as text or for a drawing program. */
@Command(
    name = "dag",
    description = "The graph of stages: text by default.",
    footer = {"", "Example: ftpipe dag --mermaid"})
final class DagCommand implements Callable<Integer> {
  private final Invocation invocation;
  @ArgGroup private Format format = new Format();

  @Option(names = "--outs", description = "Files instead of stages.")
  private boolean outs;

  DagCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** At most one of them. */
  static final class Format {
    @Option(names = "--mermaid", description = "As a Mermaid flow chart.")
    private boolean mermaid;

    @Option(names = "--dot", description = "As a Graphviz digraph.")
    private boolean dot;
  }

  @Override
  public Integer call() {
    Graph graph = invocation.graph(ParamOverrides.NONE);
    Drawing drawing = outs ? Drawing.ofOutputs(graph) : Drawing.ofStages(graph);
    String text = format.mermaid ? drawing.mermaid() : format.dot ? drawing.dot() : drawing.text();
    invocation.terminal().out().print(text);
    return 0;
  }
}
