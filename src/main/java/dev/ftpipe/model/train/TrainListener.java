package dev.ftpipe.model.train;

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
   */
  record Step(
      int step, int steps, double loss, double rate, double gradientNorm, double tokensPerSecond) {}

  /** An optimizer step is done. */
  void stepped(Step step);

  /** The loss on the validation examples was computed after {@code step} optimizer steps. */
  void evaluated(int step, double loss);

  /** Something a person should know. */
  void message(String line);
}
