package dev.ftpipe.run;

import dev.ftpipe.stage.Progress;

/** Watches a repro. Calls may come from several threads at once. */
public interface RunListener {
  /** Before anything runs: how many stages the targets comprise. */
  void started(int stages);

  /** A stage is about to run or to be restored; not called for one that is unchanged. */
  void stageStarted(String stage, String cause, boolean restoring);

  void progress(String stage, Progress progress);

  /** A line that the stage printed or logged. */
  void output(String stage, String line);

  void stageFinished(StageOutcome outcome);

  /** Nothing more comes; what happened can be summed up. Not called after a defect. */
  default void ended() {}
}
