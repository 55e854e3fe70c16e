package dev.ftpipe.live;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a server shows. Called by several threads at once.
 *
 * <p>The query is that of the address, without the token: names with their values.
 */
public interface Pages {
  /** The HTML of a page. */
  String page(Map<String, List<String>> query) throws IOException;

  /** Told cheaply: while it stays equal, {@link #data} would be what it was. */
  String mark(Map<String, List<String>> query) throws IOException;

  /** What the page shows now, as one line of JSON. */
  String data(Map<String, List<String>> query) throws IOException;
}
