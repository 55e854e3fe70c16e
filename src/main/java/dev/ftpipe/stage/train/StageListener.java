package dev.ftpipe.stage.train;

import dev.ftpipe.model.train.TrainListener;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import java.util.Locale;

/** Shows a run as the progress and log of its stage. */
final class StageListener implements TrainListener {
  private final StageContext<?> context;
  private final int loggingSteps;

  StageListener(StageContext<?> context, int loggingSteps) {
    this.context = context;
    this.loggingSteps = loggingSteps;
  }

  @Override
  public void stepped(Step step) {
    String detail =
        String.format(
            Locale.ROOT,
            "loss %.3f  lr %.1e  %,.0f tokens/s",
            step.loss(),
            step.rate(),
            step.tokensPerSecond());
    context.progress(new Progress(step.step(), step.steps(), "steps", detail));
    if (step.step() % loggingSteps == 0 || step.step() == step.steps()) {
      context.log("step %d of %d: %s".formatted(step.step(), step.steps(), detail));
    }
  }

  @Override
  public void evaluated(int step, double loss) {
    context.log(String.format(Locale.ROOT, "step %d: validation loss %.4f", step, loss));
  }

  @Override
  public void message(String line) {
    context.log(line);
  }
}
