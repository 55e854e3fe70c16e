package dev.ftpipe.base;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;

/**
 * The known names that a mistyped one was most likely meant to be: by letters that are missing, too
 * many, wrong or swapped with their neighbour, case aside. The beginning of a name may stand for
 * it, which counts as one letter.
 */
public final class Nearest {
  /** As many are told as fit into a question. */
  private static final int TOLD = 2;

  private final String name;
  private final int limit;

  private Nearest(String name) {
    this.name = name.toLowerCase(Locale.ROOT);
    // Fewer changes than the name has letters: else nothing of it would be left.
    this.limit = Math.min(name.length() - 1, Math.max(2, name.length() / 3));
  }

  /**
   * The nearest of {@code known}: two when they are equally near, the one with the longer common
   * beginning first; empty when none is near enough to be helpful.
   */
  public static List<String> of(String name, Collection<String> known) {
    return name.isEmpty() ? List.of() : new Nearest(name).among(known);
  }

  /** A clause for the end of a message: {@code ; did you mean 'x'?}, or nothing. */
  public static String hint(String name, Collection<String> known) {
    return hint(name, known, "");
  }

  /**
   * The same with something else to say when none is near.
   *
   * @param otherwise with the sign that parts it from the message
   */
  public static String hint(String name, Collection<String> known, String otherwise) {
    List<String> nearest = of(name, known);
    return nearest.isEmpty()
        ? otherwise
        : nearest.stream().collect(Collectors.joining("' or '", "; did you mean '", "'?"));
  }

  private List<String> among(Collection<String> known) {
    List<String> nearest = new ArrayList<>();
    int least = limit;
    for (String candidate : known) {
      int distance = distance(candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        nearest.clear();
        least = distance;
      }
      if (distance == least) {
        nearest.add(candidate);
      }
    }
    return nearest.stream()
        .distinct()
        .sorted(Comparator.comparingInt((String c) -> -shared(c)).thenComparing(c -> c))
        .limit(TOLD)
        .toList();
  }

  private int shared(String candidate) {
    int differs =
        Arrays.mismatch(name.toCharArray(), candidate.toLowerCase(Locale.ROOT).toCharArray());
    return differs < 0 ? name.length() : differs;
  }

  /** Changes to the candidate or to a beginning of it; more than the limit when it is too far. */
  private int distance(String candidate) {
    int least = changes(candidate);
    int longest = Math.min(candidate.length() - 1, name.length() + limit);
    for (int length = Math.max(1, name.length() - limit); length <= longest; length++) {
      least = Math.min(least, changes(candidate.substring(0, length)) + 1);
    }
    return least;
  }

  private int changes(String to) {
    int changes = new DamerauLevenshteinDistance(limit).apply(name, to);
    return changes < 0 ? limit + 1 : changes;
  }
}
