package dev.ftpipe.stage.train;

import dev.ftpipe.model.train.TrainListener;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Shows a run as the progress and log of its stage. */
final class StageListener implements TrainListener {
  private static final double GIB = 1L << 30;

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
                step.tokensPerSecond())
            + memory(step.memory());
    context.progress(new Progress(step.step(), step.steps(), "steps", detail));
    if (step.step() % loggingSteps == 0 || step.step() == step.steps()) {
      context.log("step %d of %d: %s".formatted(step.step(), step.steps(), detail));
    }
  }

  private static String memory(long bytes) {
    return bytes > 0 ? String.format(Locale.ROOT, "  %.2f GiB", bytes / GIB) : "";
  }

  @Override
  public void evaluated(int step, double loss) {
    context.log(String.format(Locale.ROOT, "step %d: validation loss %.4f", step, loss));
  }

  @Override
  public void saved(int step, List<Path> folders) {
    context.checkpoint(folders, step);
  }

  @Override
  public void message(String line) {
    context.log(line);
  }
}
