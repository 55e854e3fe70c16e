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
  private final Map<String, Catalog.ParamsFile> params = new LinkedHashMap<>();
  private final Map<String, Catalog.MetricsFile> metrics = new LinkedHashMap<>();
  private final List<Catalog.Plot> plots = new ArrayList<>();

  void add(Draft draft) {
    for (Draft.ParamFile file : draft.params()) {
      List<String> names = new ArrayList<>();
      for (Located name : file.names()) {
        names.add(name.node().asText());
      }
      add(new Catalog.ParamsFile(file.path(), names, file.at().place().at()));
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
    top.params().forEach(this::add);
    if (defaultParams) {
      Location start = new Location(ParamFiles.DEFAULT, 1, 1);
      add(new Catalog.ParamsFile(ParamFiles.DEFAULT, List.of(), start));
    }
    top.metrics().forEach(this::add);
    plots.addAll(top.plots());
    return new Catalog(
        List.copyOf(params.values()), List.copyOf(metrics.values()), plots, top.artifacts());
  }

  private void add(Catalog.ParamsFile file) {
    params.merge(file.path(), file, CatalogBuilder::both);
  }

  /** A file that is named whole anywhere is shown whole. */
  private static Catalog.ParamsFile both(Catalog.ParamsFile first, Catalog.ParamsFile second) {
    if (first.names().isEmpty()) {
      return first;
    }
    Set<String> names = new LinkedHashSet<>();
    if (!second.names().isEmpty()) {
      names.addAll(first.names());
      names.addAll(second.names());
    }
    return new Catalog.ParamsFile(first.path(), List.copyOf(names), first.at());
  }

  private void add(Catalog.MetricsFile file) {
    metrics.putIfAbsent(file.path(), file);
  }
}
