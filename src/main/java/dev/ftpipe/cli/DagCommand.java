package dev.ftpipe.cli;

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
  private final Session session;
  @ArgGroup private Format format = new Format();

  @Option(names = "--outs", description = "Files instead of stages.")
  private boolean outs;

  DagCommand(Session session) {
    this.session = session;
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
    Graph graph = session.graph();
    session.terminal().out().print(format.mermaid ? graph.mermaid(outs) : format.dot ? graph.dot(outs) : graph.text(outs));
    return 0;
  }
}
