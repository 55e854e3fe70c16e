package dev.ftpipe.model.train;

import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.merge.ModelFiles;
import dev.ftpipe.model.tensor.ShardedWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Every weight of the model; the result is a model folder in the type of the base. */
final class TrainedModel implements Trained {
  private final Torch torch;
  private final LlamaModel model;
  private final Path base;

  TrainedModel(Torch torch, LlamaModel model, Path base) {
    this.torch = torch;
    this.model = model;
    this.base = base;
    names().forEach(model::train);
  }

  @Override
  public SortedSet<String> names() {
    return new TreeSet<>(model.config().weights().keySet());
  }

  @Override
  public void write(Path folder) throws IOException {
    ModelFiles.copy(base, folder, Optional.empty());
    List<TensorSpec> specs = new ArrayList<>();
    model
        .config()
        .weights()
        .forEach((name, shape) -> specs.add(new TensorSpec(name, model.config().dtype(), shape)));
    try (TensorCodec codec = new TensorCodec(torch);
        ShardedWriter writer =
            ShardedWriter.create(folder, specs, ShardedWriter.DEFAULT_MAX_SHARD_BYTES)) {
      for (TensorSpec spec : specs) {
        writer.write(spec.name(), codec.encode(model.weight(spec.name()), spec.dtype()));
      }
    }
  }
}
