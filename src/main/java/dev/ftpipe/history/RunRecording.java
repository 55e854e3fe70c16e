package dev.ftpipe.history;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.record.RunFolder;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.run.LockedFiles;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.RunListener;
import dev.ftpipe.run.RunResults;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.run.StageOutcome.Result;
import dev.ftpipe.stage.Progress;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Watches a repro and keeps its run record. The record begins with the first stage that has
 * anything to do: a repro that finds nothing to do leaves none, so that the table of runs stays
 * worth reading. What takes time, the state of the git work tree, is found while the stages run.
 */
public final class RunRecording implements RunListener {
  /** How long the end of a repro waits for git, which had all the time of the repro before. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final RunListener display;
  private final Project project;
  private final Consumer<String> notes;
  private final Begin begin;
  private final RunFacts facts;
  private final long start = System.nanoTime();
  private final List<StageOutcome> outcomes = new ArrayList<>();
  private Optional<RunFolder> folder = Optional.empty();
  private Optional<Thread> finder = Optional.empty();
  private final RunDiary diary;
  private boolean begun;

  /**
   * A recording that has not begun.
   *
   * @param values the project as it runs, with the values of the command line
   * @param notes hears why a record could not be written
   */
  public RunRecording(
      Project project, Workspace values, Asked asked, Consumer<String> notes, RunListener display) {
    this.project = project;
    this.display = display;
    this.notes = notes;
    this.diary = new RunDiary(start, notes);
    this.begin = asked.begin();
    this.facts = new RunFacts(project, values, asked.command(), asked.assignments(), Instant.now());
  }

  /** Which runs are recorded. */
  public enum Begin {
    WITH_THE_FIRST_STAGE_AT_WORK,
    /** Also one that finds nothing to do. */
    AT_ONCE
  }

  /**
   * What was asked for.
   *
   * @param command the command line
   * @param assignments of {@code -S}
   */
  public record Asked(List<String> command, List<String> assignments, Begin begin) {}

  @Override
  public void started(int stages) {
    if (begin == Begin.AT_ONCE) {
      begin();
    }
    display.started(stages);
  }

  @Override
  public void stageStarted(String stage, String cause, boolean restoring) {
    begin();
    diary.started(stage, cause);
    display.stageStarted(stage, cause, restoring);
  }

  @Override
  public void progress(String stage, Progress progress) {
    diary.progress(stage, progress);
    display.progress(stage, progress);
  }

  @Override
  public void output(String stage, String line) {
    display.output(stage, line);
  }

  @Override
  public void stageFinished(StageOutcome outcome) {
    if (outcome.result() != Result.UNCHANGED) {
      begin();
    }
    synchronized (this) {
      outcomes.add(outcome);
      if (outcome.result() == Result.RUN || outcome.result() == Result.FAILED) {
        keepLog(outcome.name());
      }
    }
    diary.finished(outcome);
    display.stageFinished(outcome);
  }

  @Override
  public void ended() {
    display.ended();
  }

  private synchronized void begin() {
    if (begun) {
      return;
    }
    begun = true;
    try {
      RunFolder made = RunRecords.of(project.root()).create(facts.begun());
      folder = Optional.of(made);
      diary.open(made.events());
      Thread thread = new Thread(() -> writeBeginning(made), "run record");
      thread.setDaemon(true);
      thread.start();
      finder = Optional.of(thread);
    } catch (IOException e) {
      notWritten(e);
    }
  }

  private void writeBeginning(RunFolder made) {
    try {
      made.write(facts.running(made.id()));
      RunGraph.of(project.graph()).write(made.graph());
      facts.findGit();
      made.write(facts.running(made.id()));
    } catch (InterruptedException e) {
      // The end has come before git's answer: the record is written without it.
      Thread.currentThread().interrupt();
    } catch (ClosedByInterruptException e) {
      // The same, in the middle of writing.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      notWritten(e);
    } catch (FtpipeException e) {
      notes.accept("the run record is without its revision: " + e.getMessage());
    }
  }

  private void notWritten(IOException e) {
    notes.accept("this run is not recorded: " + IoProblem.sentence(e));
  }

  private void keepLog(String stage) {
    Path log = project.folders().log(stage);
    try {
      if (folder.isPresent() && Files.exists(log) && Files.size(log) > 0) {
        folder.get().keepLog(stage, log);
      }
    } catch (IOException e) {
      notes.accept("the log of " + stage + " is not kept: " + IoProblem.sentence(e));
    }
  }

  /** The id of the record; empty when there is none. */
  public synchronized Optional<String> id() {
    return folder.map(RunFolder::id);
  }

  /** A repro to be watched. */
  public interface Repro {
    List<StageOutcome> run() throws IOException;
  }

  /** Runs the repro and writes how it ended, if it began; also when it ends in an exception. */
  public List<StageOutcome> around(Repro repro) throws IOException {
    int exitCode = FtpipeException.Kind.ENVIRONMENT.exitCode();
    try {
      List<StageOutcome> done = repro.run();
      exitCode = exitCode(done);
      return done;
    } catch (FtpipeException e) {
      exitCode = e.kind().exitCode();
      throw e;
    } finally {
      finish(exitCode);
    }
  }

  /** The exit code of a repro that did this: that of the first stage that failed. */
  public static int exitCode(List<StageOutcome> outcomes) {
    return outcomes.stream()
        .flatMap(each -> each.failure().stream())
        .mapToInt(StageOutcome.Failure::exitCode)
        .findFirst()
        .orElse(0);
  }

  private void finish(int exitCode) {
    double seconds = (System.nanoTime() - start) / 1e9;
    finder.ifPresent(RunRecording::await);
    synchronized (this) {
      if (folder.isEmpty()) {
        return;
      }
      try {
        diary.close();
        RunFolder kept = folder.get();
        kept.keepLock(project.root().resolve(LockedFiles.LOCK));
        RunResults.keepUncached(project);
        kept.write(facts.ended(kept.id(), outcomes, seconds, exitCode));
      } catch (IOException e) {
        notWritten(e);
      }
    }
  }

  private static void await(Thread thread) {
    try {
      thread.join(PATIENCE_MILLIS);
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
