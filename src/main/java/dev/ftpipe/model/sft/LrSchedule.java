package dev.ftpipe.model.sft;

import java.util.Map;

/**
 * The learning rate of every optimizer step; the formulas of Transformers' {@code optimization.py}.
 */
public final class LrSchedule {
  static final double DEFAULT_LR_END = 1e-7;

  private final LrSchedulerType type;
  private final Map<String, Double> kwargs;
  private final double base;
  private final int warmup;
  private final int total;

  /**
   * A schedule of a whole run.
   *
   * @param base the rate at the end of the warmup
   * @param warmup optimizer steps of the linear rise; {@code constant} has none
   * @param total optimizer steps of the run
   */
  public LrSchedule(
      LrSchedulerType type, Map<String, Double> kwargs, double base, int warmup, int total) {
    this.type = type;
    this.kwargs = Map.copyOf(kwargs);
    this.base = base;
    this.warmup = warmup;
    this.total = total;
  }

  /** The schedule that a run of {@code totalSteps} optimizer steps is told to use. */
  public static LrSchedule of(TrainerOptions options, int totalSteps) {
    return new LrSchedule(
        options.lrSchedulerType(),
        options.lrSchedulerKwargs(),
        options.learningRate(),
        options.warmup(totalSteps),
        totalSteps);
  }

  /**
   * The rate that a step uses.
   *
   * @param step counts from 0: with a warmup the first step's rate is 0
   */
  public double at(int step) {
    if (type == LrSchedulerType.CONSTANT) {
      return base;
    }
    if (step < warmup && type == LrSchedulerType.WARMUP_STABLE_DECAY) {
      double least = kwarg("min_lr_ratio", 0);
      return base * Math.max(0, step / (double) Math.max(1, warmup) * (1 - least) + least);
    }
    if (step < warmup) {
      return base * (step / (double) Math.max(1, warmup));
    }
    double progress = (step - warmup) / (double) Math.max(1, total - warmup);
    return switch (type) {
      case CONSTANT, CONSTANT_WITH_WARMUP -> base;
      case LINEAR -> base * Math.max(0, (total - step) / (double) Math.max(1, total - warmup));
      case COSINE ->
          base
              * Math.max(
                  0, 0.5 * (1 + Math.cos(Math.PI * kwarg("num_cycles", 0.5) * 2 * progress)));
      case COSINE_WITH_RESTARTS ->
          progress >= 1
              ? 0
              : base
                  * Math.max(
                      0, 0.5 * (1 + Math.cos(Math.PI * (kwarg("num_cycles", 1) * progress % 1))));
      case COSINE_WITH_MIN_LR -> {
        double least = kwarg("min_lr_rate", kwarg("min_lr", 0) / base);
        yield base * Math.max(0, cosine(progress) * (1 - least) + least);
      }
      case WARMUP_STABLE_DECAY -> base * stableDecay(step);
      case POLYNOMIAL -> polynomial(step);
      case INVERSE_SQRT -> {
        // Transformers' default; with no warmup it decays slowly instead of dividing by zero.
        double timescale = kwarg("timescale", warmup > 0 ? warmup : 10_000);
        double shift = timescale - warmup;
        yield base / Math.sqrt((step + shift) / timescale);
      }
    };
  }

  private double cosine(double progress) {
    return 0.5 * (1 + Math.cos(Math.PI * kwarg("num_cycles", 0.5) * 2 * progress));
  }

  /** The part of the base rate after the warmup: all of it, then down a cosine to the least. */
  private double stableDecay(int step) {
    double decay = kwarg("num_decay_steps", 0);
    // Below 0 where the decay is longer than what is left: it is then cut at its beginning.
    double stable = kwarg("num_stable_steps", total - warmup - decay);
    double least = kwarg("min_lr_ratio", 0);
    double into = step - warmup - stable;
    if (into < 0) {
      return 1;
    }
    return into < decay ? Math.max(0, cosine(into / decay) * (1 - least) + least) : least;
  }

  private double polynomial(int step) {
    double end = kwarg("lr_end", DEFAULT_LR_END);
    if (step > total) {
      return end;
    }
    double remaining = 1 - (step - warmup) / (double) Math.max(1, total - warmup);
    return (base - end) * Math.pow(remaining, kwarg("power", 1)) + end;
  }

  private double kwarg(String name, double otherwise) {
    return kwargs.getOrDefault(name, otherwise);
  }
}
