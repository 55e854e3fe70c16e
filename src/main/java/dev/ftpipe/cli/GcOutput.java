package dev.ftpipe.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ftpipe.store.Swept;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code gc} says. */
final class GcOutput {
  private static final int SHOWN = 10;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

  private final Invocation invocation;
  private final List<String> kept;
  private final boolean dryRun;
  private final List<Place> places = new ArrayList<>();

  GcOutput(Invocation invocation, List<String> kept, boolean dryRun) {
    this.invocation = invocation;
    this.kept = kept;
    this.dryRun = dryRun;
  }

  /** What {@code gc --json} prints. */
  record Cleaned(boolean dryRun, List<String> kept, List<Place> places) {}

  /**
   * One place of {@link Cleaned}.
   *
   * @param checkpoints of how many stages that nobody goes on with
   * @param objects blobs that are dropped
   * @param bytes of all that
   */
  record Place(
      String place,
      List<Result> results,
      int checkpoints,
      int objects,
      long bytes,
      int keptObjects,
      long keptBytes) {
    static Place of(String place, Swept swept) {
      return new Place(
          place,
          swept.results().stream().map(Result::of).toList(),
          swept.checkpoints(),
          swept.blobs(),
          swept.bytes(),
          swept.keptBlobs(),
          swept.keptBytes());
    }
  }

  /** A result that is dropped. */
  record Result(
      String key, @JsonInclude(JsonInclude.Include.ALWAYS) List<String> outputs, String stored) {
    static Result of(Swept.Result result) {
      return new Result(result.key().hex(), result.outputs(), result.stored().toString());
    }
  }

  /** Says what would be dropped. */
  void plan(String place, Swept swept) {
    if (invocation.quiet()) {
      return;
    }
    int shown = invocation.verbose() ? Integer.MAX_VALUE : SHOWN;
    swept.results().stream().limit(shown).forEach(result -> print(line(result)));
    if (swept.results().size() > shown) {
      print("  and " + (swept.results().size() - shown) + " more results (-v names them)");
    }
    print((swept.isNothing() ? "Nothing to drop from " : "To drop from ") + sum(place, swept));
  }

  private static String sum(String place, Swept swept) {
    String what =
        swept.isNothing()
            ? ""
            : Sizes.count(swept.results().size(), "result")
                + ", "
                + (swept.checkpoints() > 0
                    ? "checkpoints of "
                        + Sizes.count(swept.checkpoints(), "stage")
                        + " that nobody goes on with, "
                    : "")
                + Sizes.count(swept.blobs(), "object")
                + ", "
                + Sizes.of(swept.bytes())
                + "; ";
    return place
        + ": "
        + what
        + Sizes.count(swept.keptBlobs(), "object")
        + (swept.keptBlobs() == 1 ? " stays (" : " stay (")
        + Sizes.of(swept.keptBytes())
        + ")";
  }

  private static String line(Swept.Result result) {
    Optional<String> day =
        result.stored().equals(Instant.MIN)
            ? Optional.empty()
            : Optional.of(DAY.format(result.stored()));
    return "  result "
        + result.key().digest().brief()
        + "… "
        + day.map(it -> "of " + it + " ").orElse("")
        + String.join(", ", result.outputs());
  }

  /** Something was dropped, or would be. */
  void dropped(String place, Swept swept) {
    places.add(Place.of(place, swept));
    if (!dryRun && !swept.isNothing() && !invocation.quiet()) {
      print("Dropped from " + sum(place, swept));
    }
  }

  /** The end. */
  void end(boolean json) {
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(new Cleaned(dryRun, kept, places)));
    } else if (!invocation.quiet()) {
      print("Kept is what these refer to: " + String.join(", ", kept) + ".");
    }
  }

  private void print(String line) {
    invocation.terminal().err().println(line);
  }
}
