package dev.ftpipe.dag;

import dev.ftpipe.base.Location;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts together what the stages and what the top of a pipeline say that there is to show. */
final class CatalogBuilder {
  /** The names in a file that are of interest; none when the file is named whole anywhere. */
  private static final class Names {
    final Location at;
    final Set<String> names = new LinkedHashSet<>();
    boolean whole;

    Names(Location at) {
      this.at = at;
    }
  }

  private final Map<String, Names> params = new LinkedHashMap<>();
  private final Map<String, Catalog.MetricsFile> metrics = new LinkedHashMap<>();
  private final List<Catalog.Plot> plots = new ArrayList<>();

  void add(Draft draft) {
    for (Draft.ParamFile file : draft.params()) {
      Names known = names(file.path(), file.at().place().at());
      known.whole |= file.names().isEmpty();
      for (Located name : file.names()) {
        known.names.add(name.node().asText());
      }
    }
    Stage stage = draft.placed().stage();
    for (Output out : stage.outs()) {
      if (out.role() == Output.Role.METRIC) {
        add(
            new Catalog.MetricsFile(
                out.path(), Optional.of(stage.name()), draft.placed().at(out.path())));
      }
    }
    plots.addAll(draft.plots());
  }

  /** What is said beside the stages comes last, and hides nothing that they say. */
  Catalog build(Catalog top, boolean defaultParams) {
    for (Catalog.ParamsFile file : top.params()) {
      names(file.path(), file.at()).whole = true;
    }
    if (defaultParams) {
      names(ParamFiles.DEFAULT, new Location(ParamFiles.DEFAULT, 1, 1)).whole = true;
    }
    List<Catalog.ParamsFile> files = new ArrayList<>();
    params.forEach(
        (path, known) ->
            files.add(
                new Catalog.ParamsFile(
                    path, known.whole ? List.of() : List.copyOf(known.names), known.at)));
    top.metrics().forEach(this::add);
    plots.addAll(top.plots());
    return new Catalog(files, List.copyOf(metrics.values()), plots, top.artifacts());
  }

  private Names names(String path, Location at) {
    return params.computeIfAbsent(path, key -> new Names(at));
  }

  private void add(Catalog.MetricsFile file) {
    metrics.putIfAbsent(file.path(), file);
  }
}
