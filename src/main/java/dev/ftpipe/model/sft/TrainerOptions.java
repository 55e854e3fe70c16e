package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The training loop; the names of Transformers.
 *
 * @param maxSteps optimizer steps; below 1, {@code numTrainEpochs} decides
 * @param warmupSteps used in place of {@code warmupRatio} when above 0
 * @param maxGradNorm 0 does not clip
 * @param evalSteps {@code loggingSteps} when empty
 * @param earlyStoppingPatience evaluations in a row without a new lowest loss that end the run
 * @param bf16 the compute type where the base is not 4-bit; float32 when false
 */
public record TrainerOptions(
    double numTrainEpochs,
    int maxSteps,
    int perDeviceTrainBatchSize,
    int perDeviceEvalBatchSize,
    int gradientAccumulationSteps,
    double learningRate,
    LrSchedulerType lrSchedulerType,
    Map<String, Double> lrSchedulerKwargs,
    double warmupRatio,
    int warmupSteps,
    double weightDecay,
    double adamBeta1,
    double adamBeta2,
    double adamEpsilon,
    double maxGradNorm,
    Optim optim,
    boolean gradientCheckpointing,
    int loggingSteps,
    IntervalStrategy evalStrategy,
    Optional<Integer> evalSteps,
    IntervalStrategy saveStrategy,
    int saveSteps,
    Optional<Integer> saveTotalLimit,
    boolean loadBestModelAtEnd,
    Optional<String> metricForBestModel,
    Optional<Integer> earlyStoppingPatience,
    boolean bf16,
    String device,
    int numDevices,
    long seed) {
  /** The optimizer and where its state lives; the first two give the same numbers. */
  public enum Optim {
    @JsonProperty("adamw_torch")
    ADAMW_TORCH,
    @JsonProperty("paged_adamw_32bit")
    PAGED_ADAMW_32BIT,
    @JsonProperty("adamw_8bit")
    ADAMW_8BIT,
    @JsonProperty("paged_adamw_8bit")
    PAGED_ADAMW_8BIT;

    /** Whether the state lives in host memory and is on the device for the update only. */
    public boolean paged() {
      return this == PAGED_ADAMW_32BIT || this == PAGED_ADAMW_8BIT;
    }
  }

  /** When something happens. */
  public enum IntervalStrategy {
    @JsonProperty("no")
    NO,
    @JsonProperty("steps")
    STEPS,
    @JsonProperty("epoch")
    EPOCH
  }

  public TrainerOptions {
    lrSchedulerKwargs = Map.copyOf(lrSchedulerKwargs);
  }

  /** Optimizer steps between two evaluations under {@code eval_strategy: steps}. */
  public int evalInterval() {
    return evalSteps.orElse(loggingSteps);
  }

  /** Warmup steps of a run of {@code totalSteps} optimizer steps. */
  public int warmup(int totalSteps) {
    return warmupSteps > 0 ? warmupSteps : (int) Math.ceil(totalSteps * warmupRatio);
  }

  List<String> problems() {
    Checks checks = new Checks("trainer");
    if (maxSteps < 1) {
      checks.above("num_train_epochs", numTrainEpochs, 0);
    }
    checks.atLeast("per_device_train_batch_size", perDeviceTrainBatchSize, 1);
    checks.atLeast("per_device_eval_batch_size", perDeviceEvalBatchSize, 1);
    checks.atLeast("gradient_accumulation_steps", gradientAccumulationSteps, 1);
    checks.above("learning_rate", learningRate, 0);
    checks.atLeast("warmup_steps", warmupSteps, 0);
    if (!(warmupRatio >= 0 && warmupRatio <= 1)) {
      checks.wrong("warmup_ratio", "is " + warmupRatio + "; it must be from 0 to 1");
    }
    checks.atLeast("weight_decay", weightDecay, 0);
    checks.fraction("adam_beta1", adamBeta1);
    checks.fraction("adam_beta2", adamBeta2);
    checks.above("adam_epsilon", adamEpsilon, 0);
    checks.atLeast("max_grad_norm", maxGradNorm, 0);
    checks.atLeast("logging_steps", loggingSteps, 1);
    lrSchedulerType.problems(lrSchedulerKwargs, learningRate, checks);
    saving(checks);
    device(checks);
    return checks.problems();
  }

  private void saving(Checks checks) {
    checks.atLeast("eval_steps", evalInterval(), 1);
    checks.atLeast("save_steps", saveSteps, 1);
    saveTotalLimit.ifPresent(limit -> checks.atLeast("save_total_limit", limit, 1));
    metricForBestModel
        .filter(metric -> !metric.equals("loss") && !metric.equals("eval_loss"))
        .ifPresent(
            metric ->
                checks.wrong(
                    "metric_for_best_model", "is '" + metric + "'; it must be eval_loss or loss"));
    earlyStoppingPatience.ifPresent(
        patience -> {
          checks.atLeast("early_stopping_patience", patience, 1);
          if (evalStrategy == IntervalStrategy.NO) {
            checks.wrong(
                "early_stopping_patience", "needs an eval_strategy: nothing tells when to stop");
          }
        });
    if (!loadBestModelAtEnd) {
      return;
    }
    if (evalStrategy == IntervalStrategy.NO) {
      checks.wrong("load_best_model_at_end", "needs an eval_strategy: nothing tells the best");
    } else if (saveStrategy != evalStrategy) {
      checks.wrong(
          "load_best_model_at_end", "needs save_strategy and eval_strategy to be the same");
    } else if (saveStrategy == IntervalStrategy.STEPS
        && evalInterval() > 0
        && saveSteps % evalInterval() != 0) {
      checks.wrong(
          "save_steps",
          "is %d, which is not a multiple of eval_steps, %d: load_best_model_at_end needs it"
              .formatted(saveSteps, evalInterval()));
    }
  }

  private void device(Checks checks) {
    if (!device.matches("auto|cpu|cuda(:\\d{1,3})?")) {
      checks.wrong("device", "is '" + device + "'; it must be auto, cpu or cuda:0");
    }
    checks.atLeast("num_devices", numDevices, 1);
    if (numDevices > 1) {
      checks.wrong(
          "num_devices",
          "is %d; a run uses one device: keep it at 1 and set gradient_accumulation_steps to %d, which gives the same weights"
              .formatted(numDevices, numDevices * gradientAccumulationSteps));
    }
  }
}
