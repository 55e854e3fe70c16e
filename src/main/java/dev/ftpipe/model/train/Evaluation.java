package dev.ftpipe.model.train;

import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.sft.Batch;
import dev.ftpipe.model.sft.Batches;
import dev.ftpipe.model.torch.DeviceMemoryException;
import dev.ftpipe.model.torch.Torch;

/** The loss on examples that are not trained on. */
final class Evaluation {
  private final Torch torch;
  private final LlamaModel model;
  private final Batches batches;

  Evaluation(Torch torch, LlamaModel model, Batches batches) {
    this.torch = torch;
    this.model = model;
    this.batches = batches;
  }

  /** The mean over all learned tokens, whatever the batch size. */
  double loss() {
    double sum = 0;
    long labels = 0;
    for (int[] rows : batches.epoch(0)) {
      Batch batch = batches.collate(rows);
      try {
        sum += model.loss(TrainStep.tokens(batch), batch.labels());
      } catch (DeviceMemoryException e) {
        throw TrainStep.outOfMemory(torch, batch, "trainer.per_device_eval_batch_size", e);
      }
      labels += batch.labelCount();
    }
    return sum / labels;
  }
}
