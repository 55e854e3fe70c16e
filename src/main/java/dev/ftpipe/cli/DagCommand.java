package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dag.Drawing;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.RegisteredFiles;
import dev.ftpipe.dag.Stage;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe dag}: the graph, as text or for a drawing program. */
@Command(
    name = "dag",
    description = "The graph of stages: text by default.",
    footer = {"", "Example: ftpipe dag --mermaid", "Example: ftpipe dag train"})
final class DagCommand implements Callable<Integer> {
  private final Invocation invocation;
  @ArgGroup private Format format = new Format();

  @Option(names = "--outs", description = "Files instead of stages.")
  private boolean outs;

  @Parameters(
      arity = "0..*",
      paramLabel = "TARGET",
      description = "Stages or outputs to show, with all that they depend on; all by default.")
  private List<String> targets = List.of();

  DagCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** At most one of them. */
  static final class Format {
    String of(Drawing drawing) {
      if (mermaid) {
        return drawing.mermaid();
      }
      return markdown ? drawing.markdown() : dot ? drawing.dot() : drawing.text();
    }

    @Option(names = "--mermaid", description = "As a Mermaid flow chart.")
    private boolean mermaid;

    @Option(names = "--dot", description = "As a Graphviz digraph.")
    private boolean dot;

    @Option(names = "--md", description = "As a Mermaid flow chart in Markdown.")
    private boolean markdown;
  }

  @Override
  public Integer call() {
    Graph graph = invocation.graph(ParamOverrides.NONE);
    List<Stage> stages = graph.select(targets, false, false);
    Drawing drawing =
        outs
            ? Drawing.ofOutputs(graph, stages)
            : Drawing.ofStages(
                graph, stages, RegisteredFiles.in(invocation.global().projectRoot()));
    invocation.terminal().out().print(format.of(drawing));
    return 0;
  }
}
