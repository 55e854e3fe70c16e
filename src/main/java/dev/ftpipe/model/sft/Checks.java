package dev.ftpipe.model.sft;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of one group of options. */
final class Checks {
  private final String group;
  private final List<String> problems = new ArrayList<>();

  Checks(String group) {
    this.group = group;
  }

  void atLeast(String name, double value, double least) {
    // Written so that NaN fails, too.
    if (!(value >= least)) {
      wrong(name, "is " + text(value) + "; it must be " + text(least) + " or more");
    }
  }

  void above(String name, double value, double limit) {
    if (!(value > limit)) {
      wrong(name, "is " + text(value) + "; it must be above " + text(limit));
    }
  }

  /** Demands {@code 0 <= value < 1}. */
  void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      wrong(name, "is " + text(value) + "; it must be 0 or more and below 1");
    }
  }

  /** Adds the sentence "group.name predicate". */
  void wrong(String name, String predicate) {
    problems.add(group + "." + name + " " + predicate);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
