package dev.ftpipe.record;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import java.util.List;

/** What a person calls a run. */
final class RunNames {
  private static final String LATEST = "latest";

  private RunNames() {}

  /**
   * The id that a name means.
   *
   * @param ids of all runs, the oldest first
   * @throws FtpipeException wrong use, when there is no such run or several
   */
  static String resolve(String name, List<String> ids) {
    if (ids.isEmpty()) {
      throw FtpipeException.usage("there are no runs yet; 'ftpipe repro' records one");
    }
    if (name.equals(LATEST)) {
      return ids.get(ids.size() - 1);
    }
    if (name.matches("-[1-9][0-9]{0,5}")) {
      int back = Integer.parseInt(name.substring(1));
      if (back > ids.size()) {
        throw FtpipeException.usage(
            "there is no run " + name + ": only " + ids.size() + " are recorded");
      }
      return ids.get(ids.size() - back);
    }
    List<String> found = ids.stream().filter(id -> id.equals(name)).toList();
    if (found.isEmpty() && !name.isEmpty()) {
      // The word at the end is what one run is told from another by.
      found = ids.stream().filter(id -> id.startsWith(name) || id.endsWith("-" + name)).toList();
    }
    if (found.size() == 1) {
      return found.get(0);
    }
    throw FtpipeException.usage(
        found.isEmpty()
            ? "there is no run '" + name + "'" + Nearest.hint(name, ids) + "; see 'ftpipe runs'"
            : "'" + name + "' is the beginning of " + found.size() + " runs: " + some(found));
  }

  /** Whether a name can only be meant as that of a run. */
  static boolean looksLikeOne(String name) {
    return name.equals(LATEST)
        || name.matches("[0-9]{8}(-[0-9a-z-]*)?")
        || name.matches("[2-9a-z]{4}");
  }

  private static String some(List<String> ids) {
    return String.join(", ", ids.subList(0, Math.min(3, ids.size())))
        + (ids.size() > 3 ? ", …" : "");
  }
}
