package dev.ftpipe.dag;

import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which keys may stand in a stage, and why not. */
final class Keys {
  private static final List<String> SHELL =
      List.of("cmd", "wdir", "deps", "params", "outs", "metrics", "plots");
  private static final List<String> CALL = List.of("uses", "in", "out", "with");

  private Keys() {}

  /** Adds a problem for every key of the stage that is unknown or belongs to the other sort. */
  static void check(Section stage, Set<String> common, boolean calls, Problems problems) {
    Set<String> known = new TreeSet<>(common);
    known.addAll(SHELL);
    known.addAll(CALL);
    stage.allowOnly(known);
    Map<String, Located> members = new LinkedHashMap<>(stage.members());
    members.keySet().retainAll(calls ? SHELL : CALL);
    members.forEach(
        (key, value) ->
            problems.add(
                value.place().key(),
                calls
                    ? "'"
                        + key
                        + "' cannot stand beside 'uses': what a built-in stage reads and writes is"
                        + " in 'in', 'out' and 'with'"
                    : "'" + key + "' belongs to a built-in stage, and this one has no 'uses'"));
  }
}
