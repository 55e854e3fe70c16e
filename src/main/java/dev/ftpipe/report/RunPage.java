package dev.ftpipe.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run as one HTML file that needs nothing else, or as the page of a server that sends it what
 * changes.
 */
public final class RunPage {
  private RunPage() {}

  /** A file that works offline: its own policy forbids the browser to load anything. */
  public static String file(RunView view) {
    return HtmlPage.of("run", view.title(), Map.of("view", view)).replace("/*CONNECT*/", "'none'");
  }

  /**
   * A page that listens to the server that it came from.
   *
   * @param events address of the server's events, without the id of a run
   */
  public static String live(RunView view, String events) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("view", view);
    data.put("events", events);
    return HtmlPage.of("run", view.title(), data).replace("/*CONNECT*/", "'self'");
  }
}
