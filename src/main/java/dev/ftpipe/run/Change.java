package dev.ftpipe.run;

import dev.ftpipe.run.tree.FolderChanges;
import java.util.List;

/**
 * One difference between what a stage last ran with and what it would run with now.
 *
 * @param kind {@code stage}, {@code version}, {@code command}, {@code parameter}, {@code env},
 *     {@code input}, {@code output}
 * @param name which one: a path, a parameter's dotted name; empty where there is only one
 * @param before the old value, shortened for a person; empty when there was none
 * @param after the new value; empty when there is none
 * @param files of a folder that make the difference, where somebody asked for them
 */
public record Change(String kind, String name, String before, String after, FolderChanges files) {
  /** Kinds in the order in which they tell most. */
  static final List<String> KINDS =
      List.of("stage", "version", "command", "parameter", "env", "input", "output");

  static final String MISSING = "missing";

  Change(String kind, String name, String before, String after) {
    this(kind, name, before, after, FolderChanges.UNKNOWN);
  }

  Change in(FolderChanges found) {
    return new Change(kind, name, before, after, found);
  }

  static Change ofStage(String what) {
    return new Change("stage", "", "", what);
  }

  /** {@code parameter trainer.learning_rate: 2.0E-4 → 1.0E-4}. */
  public String sentence() {
    if (kind.equals("stage")) {
      return after;
    }
    String subject = name.isEmpty() ? kind : kind + " " + name;
    if (kind.equals("input") || kind.equals("output")) {
      if (after.equals(MISSING)) {
        return subject + ": missing";
      }
      if (!before.isEmpty() && !after.isEmpty()) {
        return subject + ": changed (" + before + " → " + after + ")";
      }
    }
    if (before.isEmpty()) {
      return subject + ": new (" + after + ")";
    }
    if (after.isEmpty()) {
      return subject + ": gone (was " + before + ")";
    }
    return subject + ": " + before + " → " + after;
  }

  /** The first sentence, and how many more there are; empty for no change. */
  public static String cause(List<Change> changes) {
    return switch (changes.size()) {
      case 0 -> "";
      case 1 -> changes.get(0).sentence();
      default -> changes.get(0).sentence() + " (and " + (changes.size() - 1) + " more)";
    };
  }
}
