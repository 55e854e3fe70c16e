package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.TokenBlock;
import dev.ftpipe.model.random.SplitMix64;
import dev.ftpipe.model.sft.Batch;
import dev.ftpipe.model.torch.DeviceMemory;
import dev.ftpipe.model.torch.DeviceMemoryException;
import dev.ftpipe.model.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Computes losses and gradients of batches, and steps the optimizer. */
final class TrainStep {
  private final Torch torch;
  private final LlamaModel model;
  private final Optimizer optimizer;
  private final long seed;

  TrainStep(Torch torch, LlamaModel model, Optimizer optimizer, long seed) {
    this.torch = torch;
    this.model = model;
    this.optimizer = optimizer;
    this.seed = seed;
  }

  /**
   * Makes one optimizer step over micro-batches: the loss is summed over the learned tokens of all
   * of them and divided by their number.
   *
   * @param step counts from 0
   * @param rate the learning rate
   * @throws FtpipeException when the loss is not finite, before any weight is changed, or when the
   *     device's memory does not suffice
   */
  StepResult run(int step, List<Batch> batches, double rate) {
    int labels = batches.stream().mapToInt(Batch::labelCount).sum();
    double loss = gradients(step, batches, labels);
    if (!Double.isFinite(loss)) {
      throw FtpipeException.pipeline(
          String.format(
              Locale.ROOT,
              "step %d: the loss is %s; the weights are kept as they were before this step. Lower"
                  + " trainer.learning_rate (%.2e here), set trainer.max_grad_norm, or look at the"
                  + " data",
              step + 1,
              loss,
              rate));
    }
    double norm = optimizer.step(rate);
    return new StepResult(loss, norm, batches.stream().mapToInt(Batch::tokenCount).sum());
  }

  /** Adds the gradients of all micro-batches; a device sums up before the host asks for a loss. */
  private double gradients(int step, List<Batch> batches, int labels) {
    SplitMix64 seeds = SplitMix64.of(seed, step);
    try (NDManager scope = torch.scope()) {
      List<NDArray> sums = new ArrayList<>();
      for (Batch batch : batches) {
        sums.add(gradients(scope, batch, 1.0 / Math.max(1, labels), seeds.nextLong() >>> 1));
      }
      double sum = 0;
      for (NDArray each : sums) {
        sum += each.toFloatArray()[0];
      }
      return sum / Math.max(1, labels);
    }
  }

  /** Bytes of the device in use. */
  long deviceMemory() {
    return DeviceMemory.used(torch.manager().getDevice());
  }

  private NDArray gradients(NDManager scope, Batch batch, double factor, long dropoutSeed) {
    try {
      return model.step(scope, tokens(batch), batch.labels(), factor, dropoutSeed);
    } catch (DeviceMemoryException e) {
      throw outOfMemory(torch, batch, "trainer.per_device_train_batch_size", e);
    }
  }

  static TokenBlock tokens(Batch batch) {
    return new TokenBlock(
        batch.rows(), batch.columns(), batch.ids(), batch.positions(), batch.sequences());
  }

  /** What to do when a batch does not fit; the engine's own line says what it needed. */
  static FtpipeException outOfMemory(
      Torch torch, Batch batch, String batchSize, DeviceMemoryException e) {
    return FtpipeException.environment(
        "out of memory on %s with a batch of %d rows of %d tokens (%s). Lower %s (and raise trainer.gradient_accumulation_steps) or sft.max_length; keep trainer.gradient_checkpointing and quantization.load_in_4bit true"
            .formatted(
                torch.device(), batch.rows(), batch.columns(), e.need() + free(torch), batchSize),
        e);
  }

  /** A GPU's allocator says it itself. */
  private static String free(Torch torch) {
    OptionalLong free =
        torch.device().equals("cpu") ? DeviceRoom.of("cpu").free() : OptionalLong.empty();
    return free.isPresent()
        ? ", " + MemoryPlan.gibibytes(free.getAsLong()) + " GiB are free now"
        : "";
  }
}
