package dev.ftpipe.report;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.dag.Catalog;
import dev.ftpipe.dag.Catalog.Axis;
import dev.ftpipe.dag.Catalog.Plot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which plots a project has: those of its pipeline, and those of DVCLive's folders. */
public final class Plots {
  private static final String LIVE_METRICS = "/plots/metrics/";
  private static final String LIVE_IMAGES = "/plots/images/";

  private Plots() {}

  /**
   * The plots of these revisions, each as the first of them that has it defines it.
   *
   * @param targets ids, files of plots, or any files; every plot when empty
   * @throws FtpipeException wrong use, for a target that is none of these
   */
  public static List<Plot> of(List<? extends PlotSource> snapshots, List<String> targets) {
    Map<String, Plot> known = new LinkedHashMap<>();
    for (PlotSource snapshot : snapshots) {
      for (Plot plot : snapshot.catalog().plots()) {
        expanded(snapshot, plot).forEach(each -> known.putIfAbsent(each.id(), each));
      }
      for (Catalog.MetricsFile folder : snapshot.catalog().metrics()) {
        live(snapshot, folder).forEach(each -> known.putIfAbsent(each.id(), each));
      }
    }
    if (targets.isEmpty()) {
      return List.copyOf(known.values());
    }
    Set<Plot> wanted = new LinkedHashSet<>();
    for (String target : targets) {
      List<Plot> meant = known.values().stream().filter(each -> isOf(each, target)).toList();
      wanted.addAll(meant.isEmpty() ? List.of(ofFile(snapshots, target, known)) : meant);
    }
    return List.copyOf(wanted);
  }

  /** A plot of a folder is one of each file in it. */
  private static List<Plot> expanded(PlotSource snapshot, Plot plot) {
    if (plot.ys().stream().anyMatch(axis -> !axis.file().equals(plot.id()))) {
      return List.of(plot);
    }
    List<String> files = snapshot.files(plot.id());
    return files.isEmpty()
        ? List.of(plot)
        : files.stream().map(file -> elsewhere(plot, file)).toList();
  }

  private static Plot elsewhere(Plot plot, String file) {
    return new Plot(
        file,
        plot.ys().stream().map(axis -> new Axis(file, axis.column())).toList(),
        plot.xs().stream().map(axis -> new Axis(file, axis.column())).toList(),
        plot.template(),
        plot.title(),
        plot.xLabel(),
        plot.yLabel(),
        plot.header(),
        plot.stage(),
        plot.at());
  }

  private static List<Plot> live(PlotSource snapshot, Catalog.MetricsFile folder) {
    List<Plot> plots = new ArrayList<>();
    for (String file : snapshot.files(folder.path())) {
      if (file.startsWith(folder.path() + LIVE_METRICS)) {
        plots.add(plain(file, List.of(new Axis(file, "step")), folder));
      } else if (file.startsWith(folder.path() + LIVE_IMAGES)) {
        plots.add(plain(file, List.of(), folder));
      }
    }
    return plots;
  }

  private static Plot plain(String file, List<Axis> xs, Catalog.MetricsFile from) {
    return new Plot(
        file,
        List.of(),
        xs,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        from.stage(),
        from.at());
  }

  private static boolean isOf(Plot plot, String target) {
    return plot.id().equals(target)
        || plot.id().startsWith(target + "/")
        || plot.ys().stream().anyMatch(axis -> axis.file().equals(target));
  }

  private static Plot ofFile(
      List<? extends PlotSource> snapshots, String target, Map<String, Plot> known) {
    if (snapshots.stream().noneMatch(snapshot -> snapshot.read(target).isPresent())) {
      throw FtpipeException.usage(
          "there is no plot or file '" + target + "'" + Nearest.hint(target, known.keySet()));
    }
    return plain(
        target,
        List.of(),
        new Catalog.MetricsFile(
            target, Optional.empty(), new dev.ftpipe.base.Location(target, 1, 1)));
  }
}
