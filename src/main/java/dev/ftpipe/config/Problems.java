package dev.ftpipe.config;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Everything that is wrong with a configuration, so that a person mends it in one go. */
public final class Problems {
  private static final int MOST_SHOWN = 50;
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing((Problem p) -> p.at().file())
          .thenComparingInt(p -> p.at().line())
          .thenComparingInt(p -> p.at().column());

  /** One of them; {@code message} says what was found, what was expected and what to do. */
  private record Problem(Location at, String message) {}

  // A set: the instances of a template have the same problem at the same place.
  private final Set<Problem> problems = new LinkedHashSet<>();
  private final Set<Location> unknownValues = new HashSet<>();

  /** Adds a problem of the value at {@code place}; says so when the value came from elsewhere. */
  public void add(Place place, String message) {
    add(place.at(), message + place.originNote());
  }

  /** Adds a problem of the key of the value at {@code place}. */
  public void addAtKey(Place place, String message) {
    add(place.key(), message + place.originNote());
  }

  public void add(Location at, String message) {
    if (!unknownValues.contains(at)) {
      problems.add(new Problem(at, message));
    }
  }

  /** Adds what others found in something that has no place but this one. */
  void addAll(Location at, Problems found) {
    found.problems.forEach(each -> add(at, each.message()));
  }

  /**
   * Adds a problem that leaves the value at {@code place} unknown: what is said about that value
   * from now on is a consequence, and not added.
   */
  void addUnknownValue(Place place, String message) {
    add(place, message);
    unknownValues.add(place.at());
    unknownValues.add(place.key());
  }

  public boolean isEmpty() {
    return problems.isEmpty();
  }

  public int size() {
    return problems.size();
  }

  /**
   * Ends here when there is a problem.
   *
   * @throws FtpipeException wrong use, with every problem on a line of its own, sorted by place
   */
  public void throwIfAny() {
    if (problems.isEmpty()) {
      return;
    }
    List<Problem> sorted = problems.stream().sorted(BY_PLACE).toList();
    String shown =
        sorted.stream()
            .limit(MOST_SHOWN)
            .map(problem -> problem.at() + ": " + problem.message())
            .collect(Collectors.joining("\n"));
    int hidden = sorted.size() - MOST_SHOWN;
    throw FtpipeException.usage(
        hidden > 0 ? shown + "\n(and " + hidden + " more problems)" : shown);
  }
}
