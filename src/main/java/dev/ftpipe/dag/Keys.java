package dev.ftpipe.dag;

import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which keys may stand in a stage, and why not. */
final class Keys {
  private static final List<String> SHELL =
      List.of("cmd", "wdir", "deps", "params", "outs", "metrics", "plots");
  private static final List<String> CALL = List.of("uses", "in", "out", "with");

  private Keys() {}

  /** Every key that a stage may have: those of both sorts, and {@code common}. */
  static Set<String> with(Set<String> common) {
    Set<String> known = new TreeSet<>(common);
    known.addAll(SHELL);
    known.addAll(CALL);
    return known;
  }

  /** Adds a problem for every key of the stage that is unknown or belongs to the other sort. */
  static void check(Section stage, Set<String> known, boolean calls, Problems problems) {
    stage.allowOnly(known);
    for (String key : calls ? SHELL : CALL) {
      Optional<Located> value = stage.get(key);
      if (value.isPresent()) {
        problems.add(
            value.get().place().key(),
            calls
                ? "'"
                    + key
                    + "' cannot stand beside 'uses': what a built-in stage reads and writes is"
                    + " in 'in', 'out' and 'with'"
                : "'" + key + "' belongs to a built-in stage, and this one has no 'uses'");
      }
    }
  }
}
