package dev.ftpipe.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * What a verification found.
 *
 * @param place that was read back
 * @param objects blobs and entries that are right
 * @param bytes of those
 * @param problems what is damaged or missing, before anything was mended
 * @param mended how many problems are none any more
 */
public record Verified(String place, int objects, long bytes, List<Problem> problems, int mended) {
  public Verified {
    problems = List.copyOf(problems);
  }

  /** How a problem ended. */
  public enum State {
    DAMAGED,
    MISSING,
    /** It is as it should be now. */
    MENDED,
    /** It is dropped, and no side has it; nobody's stage needs it. */
    DROPPED;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One object.
   *
   * @param object its place or name
   * @param what is wrong with it, in words
   * @param stages that need it, with the path of what they need
   */
  public record Problem(String object, State state, String what, List<String> stages) {
    public Problem {
      stages = List.copyOf(stages);
    }

    Problem now(State other) {
      return new Problem(object, other, what, stages);
    }
  }

  /** Whether all is right, now. */
  public boolean isSound() {
    return problems.stream()
        .allMatch(each -> each.state() == State.MENDED || each.state() == State.DROPPED);
  }
}
