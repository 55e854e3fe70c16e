package dev.ftpipe.model.train;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.sft.Batches;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.sft.TrainerOptions;
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
    if (options.lora().method() == LoraOptions.Method.FULL && job.adapter().isPresent()) {
      throw FtpipeException.usage("lora.method full takes no adapter to start from");
    }
    TrainerOptions trainer = options.trainer();
    Batches batches =
        Batches.forTraining(
            job.train(), options.sft(), trainer.perDeviceTrainBatchSize(), trainer.seed());
    try (Torch torch = Torch.open(trainer.device())) {
      summarize(torch, job, batches);
      try (LlamaModel model = LlamaModel.load(torch, job.model(), modelOptions(torch))) {
        train(torch, model, job, batches, stop);
      }
    }
  }

  private void train(
      Torch torch, LlamaModel model, TrainJob job, Batches batches, BooleanSupplier stop)
      throws IOException, InterruptedException {
    Trained trained = trained(torch, model, job);
    try (Optimizer optimizer =
        Optimizer.of(torch, model.weights(), trained.names(), options.trainer())) {
      TrainStep step = new TrainStep(torch, model, optimizer, options.trainer().seed());
      Checkpoints checkpoints =
          new Checkpoints(job.checkpoints(), torch, model, trained.names(), optimizer);
      new TrainLoop(
              options.trainer(),
              batches,
              evaluation(torch, model, job),
              step,
              checkpoints,
              job.metrics(),
              listener)
          .run(stop);
      trained.write(job.output());
    }
  }

  private Trained trained(Torch torch, LlamaModel model, TrainJob job) throws IOException {
    if (options.lora().method() == LoraOptions.Method.FULL) {
      return new TrainedModel(torch, model, job.model());
    }
    AdapterStart start = new AdapterStart(torch, model, job.model());
    return job.adapter().isPresent()
        ? start.existing(job.adapter().get(), job.adapter().get().toString())
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
    ModelOptions chosen = ModelOptions.of(options, torch.hasFastBfloat16());
    if (chosen.narrowed()) {
      listener.message(
          "warning: this processor has no bfloat16 arithmetic; computing in float32, which is"
              + " faster here");
    }
    return chosen.options();
  }

  /** Before the model is loaded, so that what is free then is what it will find. */
  private void summarize(Torch torch, TrainJob job, Batches batches) throws IOException {
    TrainerOptions trainer = options.trainer();
    RunSummary summary =
        RunSummary.of(
            options,
            job.model(),
            job.adapter(),
            Optional.of(
                new RunSummary.Length(
                    batches.totalSteps(trainer),
                    batches.stepsPerEpoch(trainer.gradientAccumulationSteps()),
                    batches.exampleCount(),
                    batches.tokenCount())),
            new MemoryPlan.Widest(batches.mostRows(), batches.mostColumns(), batches.isPacked()),
            torch.device().startsWith("cuda"));
    summary.lines(DeviceRoom.of(torch.device())).forEach(listener::message);
  }
}
