package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.ftpipe.model.adapter.AdapterConfig;
import dev.ftpipe.model.adapter.AdapterFiles;
import dev.ftpipe.model.adapter.LoraWeights;
import dev.ftpipe.model.adapter.WholeWeight;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * LoRA adapters on a frozen base (Hu et al. 2021), with what else of the model is trained as it is.
 */
final class TrainedAdapter implements Trained {
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final String MAGNITUDE = ".lora_magnitude_vector";

  /** Values of a piece that is written at once. */
  private static final long PIECE = 1 << 24;

  private final Torch torch;
  private final LlamaModel model;
  private final AdapterConfig config;
  private final SortedMap<String, List<Long>> modules;
  private final SortedSet<String> wholes;
  private final Optional<PissaStart> pissa;

  /**
   * The adapter that is in a model, marked as what is trained.
   *
   * @param modules the layers that have one, with {@code [outputs, inputs]}
   * @param wholes weights that are trained as they are
   * @param pissa the start that was taken out of the base, where the adapter has such a one
   */
  TrainedAdapter(
      Torch torch,
      LlamaModel model,
      AdapterConfig config,
      SortedMap<String, List<Long>> modules,
      SortedSet<String> wholes,
      Optional<PissaStart> pissa) {
    this.torch = torch;
    this.model = model;
    this.config = config;
    this.modules = modules;
    this.wholes = wholes;
    this.pissa = pissa;
    names().forEach(model::train);
  }

  @Override
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(wholes);
    for (String module : modules.keySet()) {
      names.add(module + A);
      names.add(module + B);
      if (config.dora()) {
        names.add(module + MAGNITUDE);
      }
    }
    return names;
  }

  @Override
  public void write(Path folder) throws IOException {
    SortedMap<String, LoraWeights> weights = new TreeMap<>();
    modules.forEach((module, shape) -> weights.put(module, weights(module, shape)));
    try (TensorCodec codec = new TensorCodec(torch)) {
      SortedMap<String, WholeWeight> saved = new TreeMap<>();
      wholes.forEach(name -> saved.put(name, whole(codec, model.weight(name))));
      AdapterFiles.write(folder, pissa.isPresent() ? config.doubled() : config, weights, saved);
    }
  }

  private LoraWeights weights(String module, List<Long> shape) {
    LoraWeights weights =
        new LoraWeights(
            config.rank(module),
            Math.toIntExact(shape.get(1)),
            Math.toIntExact(shape.get(0)),
            model.weight(module + A).toFloatArray(),
            model.weight(module + B).toFloatArray(),
            config.dora() ? model.weight(module + MAGNITUDE).toFloatArray() : new float[0]);
    return pissa.map(start -> start.difference(module, weights)).orElse(weights);
  }

  private static WholeWeight whole(TensorCodec codec, NDArray tensor) {
    List<Long> shape = Arrays.stream(tensor.getShape().getShape()).boxed().toList();
    long rows = shape.get(0);
    long step = Math.max(1, PIECE / Math.max(1, tensor.size() / rows));
    List<Supplier<ByteBuffer>> pieces = new ArrayList<>();
    for (long row = 0; row < rows; row += step) {
      long from = row;
      long to = Math.min(row + step, rows);
      pieces.add(() -> rows(codec, tensor, from, to));
    }
    return new WholeWeight(shape, pieces);
  }

  private static ByteBuffer rows(TensorCodec codec, NDArray tensor, long from, long to) {
    try (NDManager scope = tensor.getManager().newSubManager();
        NDArray rows = tensor.get(scope, new NDIndex("{}:{}", from, to))) {
      return codec.encode(rows, DType.F32);
    }
  }
}
