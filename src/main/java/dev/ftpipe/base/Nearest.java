package dev.ftpipe.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The known name that a mistyped one was most likely meant to be. */
public final class Nearest {
  private Nearest() {}

  /** The nearest of {@code known}, case aside; empty when none is near enough to be helpful. */
  public static Optional<String> of(String name, Collection<String> known) {
    // Fewer changes than the name has letters: else nothing of it would be left.
    int limit = Math.min(name.length() - 1, Math.max(2, name.length() / 3));
    String lower = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(candidate -> distance(lower, candidate) <= limit)
        .min(Comparator.comparingInt((String c) -> distance(lower, c)).thenComparing(c -> c));
  }

  /** A clause for the end of a message: {@code ; did you mean 'x'?}, or nothing. */
  public static String hint(String name, Collection<String> known) {
    return of(name, known).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  private static int distance(String lower, String candidate) {
    return LevenshteinDistance.getDefaultInstance()
        .apply(lower, candidate.toLowerCase(Locale.ROOT));
  }
}
