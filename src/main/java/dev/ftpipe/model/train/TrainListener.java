package dev.ftpipe.model.train;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Watches a run. Called on the training thread. */
public interface TrainListener {
  /**
   * After an optimizer step.
   *
   * @param step optimizer steps done
   * @param steps of the whole run
   * @param loss mean over the step's learned tokens
   * @param rate the learning rate used
   * @param gradientNorm before clipping
   * @param tokensPerSecond without padding
   * @param memory bytes of the device in use: a GPU's, or this process's; 0 where nobody tells
   */
  record Step(
      int step,
      int steps,
      double loss,
      double rate,
      double gradientNorm,
      double tokensPerSecond,
      long memory) {}

  /** An optimizer step is done. */
  void stepped(Step step);

  /** The loss on the validation examples was computed after {@code step} optimizer steps. */
  void evaluated(int step, double loss);

  /**
   * A checkpoint is complete.
   *
   * @param folders all that the run needs to go on from {@code step}, the newest last
   */
  void saved(int step, List<Path> folders);

  /** Something a person should know. */
  void message(String line);

  /** Tells everything as lines of text. */
  static TrainListener printing(Consumer<String> out) {
    return new TrainListener() {
      @Override
      public void stepped(Step step) {
        out.accept(
            "step %d of %d: loss %s, gradient norm %s"
                .formatted(step.step(), step.steps(), step.loss(), step.gradientNorm()));
      }

      @Override
      public void evaluated(int step, double loss) {
        out.accept("step " + step + ": validation loss " + loss);
      }

      @Override
      public void saved(int step, List<Path> folders) {
        out.accept("step " + step + ": checkpoint");
      }

      @Override
      public void message(String line) {
        out.accept(line);
      }
    };
  }
}
