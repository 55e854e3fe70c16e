package dev.ftpipe.history;

import dev.ftpipe.dag.Catalog;
import dev.ftpipe.report.PlotSource;
import dev.ftpipe.report.RunView.StageRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The files of a run without those that are of an earlier one: what a stage would have made that
 * was not reached, or did not come to its end.
 */
final class MadeFiles implements PlotSource {
  private static final Set<String> MADE = Set.of("run", "restored", "unchanged", "running");

  private final PlotSource files;
  private final List<String> earlier;

  MadeFiles(PlotSource files, RunGraph graph, List<StageRow> stages) {
    Set<String> unmade =
        stages.stream()
            .filter(stage -> !MADE.contains(stage.action()))
            .map(StageRow::name)
            .collect(Collectors.toSet());
    this.files = files;
    this.earlier =
        graph.stages().stream()
            .filter(node -> unmade.contains(node.name()))
            .flatMap(node -> node.outs().stream())
            .toList();
  }

  private boolean isEarlier(String path) {
    return earlier.stream().anyMatch(out -> path.equals(out) || path.startsWith(out + "/"));
  }

  @Override
  public String name() {
    return files.name();
  }

  @Override
  public Catalog catalog() {
    return files.catalog();
  }

  @Override
  public Optional<byte[]> read(String path) {
    return isEarlier(path) ? Optional.empty() : files.read(path);
  }

  @Override
  public List<String> files(String folder) {
    return files.files(folder).stream().filter(path -> !isEarlier(path)).toList();
  }
}
