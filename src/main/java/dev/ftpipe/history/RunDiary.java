package dev.ftpipe.history;

import dev.ftpipe.base.IoProblem;
import dev.ftpipe.record.RunEvent;
import dev.ftpipe.record.RunEvent.Kind;
import dev.ftpipe.record.RunEvents;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.stage.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the events of a run while it runs; says once if it cannot. */
final class RunDiary {
  /** More progress than this nobody can see. */
  private static final double PROGRESS_EVERY_SECONDS = 1;

  private final long start;
  private final Consumer<String> notes;
  private final Map<String, Double> lastProgress = new HashMap<>();
  private Optional<RunEvents> events = Optional.empty();

  /**
   * A diary that is not kept yet.
   *
   * @param start of the run, in the time of {@link System#nanoTime}
   */
  RunDiary(long start, Consumer<String> notes) {
    this.start = start;
    this.notes = notes;
  }

  /** What happens from now on goes to this file. */
  synchronized void open(Path file) throws IOException {
    events = Optional.of(new RunEvents(file));
  }

  void started(String stage, String cause) {
    add(stage, Kind.STARTED, 0, 0, cause);
  }

  synchronized void progress(String stage, Progress progress) {
    double now = seconds();
    if (now - lastProgress.getOrDefault(stage, -PROGRESS_EVERY_SECONDS) >= PROGRESS_EVERY_SECONDS) {
      lastProgress.put(stage, now);
      String detail = (progress.unit() + "  " + progress.detail()).strip();
      add(stage, Kind.PROGRESS, progress.done(), progress.total(), detail);
    }
  }

  void finished(StageOutcome outcome) {
    add(outcome.name(), Kind.FINISHED, 0, 0, outcome.result().name().toLowerCase(Locale.ROOT));
  }

  private synchronized void add(String stage, Kind event, long done, long total, String detail) {
    if (events.isEmpty()) {
      return;
    }
    try {
      events.get().add(new RunEvent(rounded(seconds()), stage, event, done, total, detail));
    } catch (IOException e) {
      events = Optional.empty();
      notes.accept("the times of this run are not recorded: " + IoProblem.sentence(e));
    }
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  synchronized void close() throws IOException {
    if (events.isPresent()) {
      events.get().close();
      events = Optional.empty();
    }
  }
}
