package dev.ftpipe.config;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import java.util.Comparator;
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

  /** Adds a problem of the value at {@code place}; says so when the value came from elsewhere. */
  public void add(Place place, String message) {
    add(place.at(), message + place.originNote());
  }

  public void add(Location at, String message) {
    problems.add(new Problem(at, message));
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
