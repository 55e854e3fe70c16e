package dev.ftpipe.report;

import java.util.List;
import java.util.Map;

/**
 * One HTML file with charts that needs nothing else: scripts, styles, data and pictures are inside,
 * and its own policy forbids the browser to load anything.
 */
public final class PlotPage {
  private PlotPage() {}

  /** The whole file. */
  public static String html(String title, List<Chart> charts) {
    return HtmlPage.of("plots", title, Map.of("title", title, "charts", charts));
  }
}
