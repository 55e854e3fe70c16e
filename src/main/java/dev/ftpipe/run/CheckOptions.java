package dev.ftpipe.run;

import java.util.List;

/**
 * What to check and how.
 *
 * @param targets stage names, groups, output paths, with all that they depend on; everything when
 *     both lists are empty
 * @param alone the same, without what they depend on
 * @param keepGoing after a stage that does not reproduce, check the others
 * @param jobs stages at once
 */
public record CheckOptions(List<String> targets, List<String> alone, boolean keepGoing, int jobs) {}
