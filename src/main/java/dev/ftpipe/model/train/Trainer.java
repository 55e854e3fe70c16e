package dev.ftpipe.model.train;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.llama.WeightFormat;
import dev.ftpipe.model.sft.Batches;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.QuantizationOptions;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Supervised fine-tuning from a model and examples to an adapter, or a whole model. */
public final class Trainer {
  private final TrainOptions options;
  private final TrainListener listener;

  /**
   * A trainer.
   *
   * @throws FtpipeException when the options cannot work; lists everything that is wrong
   */
  public Trainer(TrainOptions options, TrainListener listener) {
    List<String> problems = options.problems();
    if (!problems.isEmpty()) {
      throw FtpipeException.usage(String.join("; ", problems));
    }
    this.options = options;
    this.listener = listener;
  }

  /**
   * Trains, going on from the newest checkpoint of the job, and writes its outputs.
   *
   * @param stop asked after every step; once true the run keeps a checkpoint and ends
   * @throws InterruptedException when stopped; the next run of the same job goes on
   * @throws FtpipeException for a model that is not supported, a loss that is not finite, a device
   *     without the memory
   */
  public void train(TrainJob job, BooleanSupplier stop) throws IOException, InterruptedException {
    try (Torch torch = Torch.open(options.trainer().device());
        LlamaModel model = LlamaModel.load(torch, job.model(), modelOptions(torch))) {
      Trained trained = trained(torch, model, job);
      try (Optimizer optimizer =
          Optimizer.of(torch, model.weights(), trained.names(), options.trainer())) {
        TrainStep step = new TrainStep(torch, model, optimizer, options.trainer().seed());
        Checkpoints checkpoints =
            new Checkpoints(job.checkpoints(), torch, model, trained.names(), optimizer);
        new TrainLoop(
                options.trainer(),
                Batches.forTraining(
                    job.train(),
                    options.sft(),
                    options.trainer().perDeviceTrainBatchSize(),
                    options.trainer().seed()),
                evaluation(torch, model, job),
                step,
                checkpoints,
                job.metrics(),
                listener)
            .run(stop);
        trained.write(job.output());
      }
    }
  }

  private Trained trained(Torch torch, LlamaModel model, TrainJob job) throws IOException {
    if (options.lora().method() == LoraOptions.Method.FULL) {
      if (job.adapter().isPresent()) {
        throw FtpipeException.usage("lora.method full takes no adapter to start from");
      }
      return new TrainedModel(torch, model, job.model());
    }
    AdapterStart start = new AdapterStart(torch, model, job.model());
    return job.adapter().isPresent()
        ? start.existing(job.adapter().get(), "adapter")
        : start.fresh(options.lora(), job.modelName(), options.trainer().seed());
  }

  private Optional<Evaluation> evaluation(Torch torch, LlamaModel model, TrainJob job) {
    return job.validation().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Evaluation(
                torch,
                model,
                Batches.inOrder(job.validation(), options.trainer().perDeviceEvalBatchSize())));
  }

  private LlamaOptions modelOptions(Torch torch) {
    QuantizationOptions quantization = options.quantization();
    boolean full = options.lora().method() == LoraOptions.Method.FULL;
    boolean fourBit = quantization.loadIn4bit() && !full;
    DType compute = computeType(torch, fourBit);
    // Trained weights are float32 masters; frozen ones are held as they are used.
    WeightFormat weights =
        fourBit
            ? WeightFormat.nf4(compute, quantization.format())
            : WeightFormat.plain(full ? DType.F32 : compute);
    return new LlamaOptions(
        weights,
        compute,
        options.trainer().gradientCheckpointing(),
        full ? 0 : options.lora().loraDropout(),
        options.sft().neftuneNoiseAlpha().orElse(0.0));
  }

  private DType computeType(Torch torch, boolean fourBit) {
    boolean wanted =
        fourBit
            ? options.quantization().computeDtype() == QuantizationOptions.ComputeDtype.BFLOAT16
            : options.trainer().bf16();
    if (wanted && !torch.hasFastBfloat16()) {
      listener.message(
          "warning: this processor has no bfloat16 arithmetic; computing in float32, which is"
              + " faster here");
      return DType.F32;
    }
    return wanted ? DType.BF16 : DType.F32;
  }
}
