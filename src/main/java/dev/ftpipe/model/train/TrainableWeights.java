package dev.ftpipe.model.train;

import dev.ftpipe.model.adapter.Adapter;
import dev.ftpipe.model.adapter.AdapterConfig;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.tensor.ModelTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The number of elements of every tensor that a run will train, known before a model is loaded. */
final class TrainableWeights {
  private TrainableWeights() {}

  /**
   * Those of fresh adapters, or of the whole model.
   *
   * @throws dev.ftpipe.base.FtpipeException when the options do not fit the model
   */
  static List<Long> of(LlamaConfig model, LoraOptions options) {
    if (options.method() == LoraOptions.Method.FULL) {
      return model.weights().values().stream().map(TrainableWeights::elements).toList();
    }
    AdapterTargets targets = new AdapterTargets(model, options);
    SortedMap<String, List<Long>> modules = targets.modules();
    AdapterConfig config = AdapterConfig.of(options, "", modules.keySet());
    SortedMap<String, Long> sizes = new TreeMap<>();
    modules.forEach(
        (module, shape) -> {
          sizes.put(module + ".A", config.rank(module) * shape.get(1));
          sizes.put(module + ".B", config.rank(module) * shape.get(0));
          if (config.dora()) {
            sizes.put(module + ".magnitude", shape.get(0));
          }
        });
    Map<String, List<Long>> weights = model.weights();
    for (String whole : targets.wholes(modules.keySet())) {
      // A head of its own of a tied model is as large as the embedding.
      List<Long> shape = weights.getOrDefault(whole, weights.get(LlamaConfig.EMBEDDING));
      sizes.put(whole, shape == null ? 0 : elements(shape));
    }
    return List.copyOf(sizes.values());
  }

  /**
   * Those of an adapter that a run goes on with.
   *
   * @throws dev.ftpipe.base.FtpipeException when it is malformed or does not fit the model
   */
  static List<Long> of(Path model, Path adapter, String name) throws IOException {
    try (Adapter opened = Adapter.open(adapter, name);
        ModelTensors base = ModelTensors.open(model)) {
      opened.checkFits(base);
      return opened.source().names().stream()
          .map(tensor -> opened.source().info(tensor).elementCount())
          .toList();
    }
  }

  static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
