package dev.ftpipe.run;

import java.util.List;

/**
 * What to bring up to date and how.
 *
 * @param targets stage names, groups, output paths; everything when empty
 * @param force run even what is up to date
 * @param singleItem only the targets, not what they depend on
 * @param downstream the targets and all that depends on them
 * @param useCache restore outputs that the same key gave before
 * @param keepGoing after a failure, run what does not depend on it
 * @param jobs stages at once
 * @param sandbox shell stages see their declared inputs only
 */
public record ReproOptions(
    List<String> targets,
    boolean force,
    boolean singleItem,
    boolean downstream,
    boolean useCache,
    boolean keepGoing,
    int jobs,
    boolean sandbox) {
  /** The targets and what they depend on, one after the other. */
  public static ReproOptions plain(List<String> targets) {
    return new ReproOptions(targets, false, false, false, true, false, 1, false);
  }
}
