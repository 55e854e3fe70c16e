package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.adapter.Adapter;
import dev.ftpipe.model.adapter.AdapterConfig;
import dev.ftpipe.model.adapter.AdapterFiles;
import dev.ftpipe.model.adapter.LoraWeights;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.tensor.ModelTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** LoRA adapters on a frozen base (Hu et al. 2021). */
final class TrainedAdapter implements Trained {
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  private final LlamaModel model;
  private final AdapterConfig config;
  private final SortedMap<String, List<Long>> modules;

  private TrainedAdapter(
      LlamaModel model, AdapterConfig config, SortedMap<String, List<Long>> modules) {
    this.model = model;
    this.config = config;
    this.modules = modules;
    names().forEach(model::train);
  }

  /**
   * Adds fresh adapters to every target.
   *
   * @param base what the base is called in the adapter's configuration
   * @param seed of their random values, which are the same on every machine
   * @throws FtpipeException when no linear layer is a target
   */
  static TrainedAdapter fresh(LlamaModel model, LoraOptions options, String base, long seed) {
    SortedMap<String, List<Long>> modules = new TreeMap<>();
    model
        .config()
        .linearModules()
        .forEach(
            (module, shape) -> {
              if (options.targetModules().matches(module)) {
                modules.put(module, shape);
              }
            });
    if (modules.isEmpty()) {
      throw FtpipeException.usage(
          "lora.target_modules %s matches no linear layer of the model; its layers are called %s"
              .formatted(
                  options.targetModules().json(),
                  String.join(
                      ", ", model.config().linearModules().keySet().stream().limit(7).toList())));
    }
    AdapterConfig config = AdapterConfig.of(options, base, modules.keySet());
    LoraInit init = new LoraInit(options.initLoraWeights(), seed);
    modules.forEach(
        (module, shape) -> {
          int inputs = Math.toIntExact(shape.get(1));
          int outputs = Math.toIntExact(shape.get(0));
          int rank = config.rank(module);
          LoraWeights weights = init.weights(module, rank, inputs, outputs);
          model.addAdapter(module, rank, weights.a(), weights.b(), config.scale(module));
        });
    return new TrainedAdapter(model, config, modules);
  }

  /**
   * Goes on with an adapter; its own configuration holds.
   *
   * @param name what its folder is called in messages
   */
  static TrainedAdapter existing(LlamaModel model, Path base, Path folder, String name)
      throws IOException {
    try (Adapter adapter = Adapter.open(folder, name);
        ModelTensors tensors = ModelTensors.open(base)) {
      adapter.checkFits(tensors);
      Map<String, List<Long>> linear = model.config().linearModules();
      SortedMap<String, List<Long>> modules = new TreeMap<>();
      for (String module : adapter.modules()) {
        List<Long> shape = linear.get(module);
        if (shape == null) {
          throw FtpipeException.pipeline(
              name + ": the adapter of " + module + " is not of a linear layer; cannot train it");
        }
        modules.put(module, shape);
        LoraWeights weights = adapter.weights(module);
        model.addAdapter(
            module, weights.rank(), weights.a(), weights.b(), adapter.config().scale(module));
      }
      return new TrainedAdapter(model, adapter.config(), modules);
    }
  }

  @Override
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    modules
        .keySet()
        .forEach(
            module -> {
              names.add(module + A);
              names.add(module + B);
            });
    return names;
  }

  @Override
  public void write(Path folder) throws IOException {
    SortedMap<String, LoraWeights> weights = new TreeMap<>();
    modules.forEach(
        (module, shape) ->
            weights.put(
                module,
                new LoraWeights(
                    config.rank(module),
                    Math.toIntExact(shape.get(1)),
                    Math.toIntExact(shape.get(0)),
                    values(module + A),
                    values(module + B))));
    AdapterFiles.write(folder, config, weights);
  }

  private float[] values(String name) {
    NDArray tensor = model.weight(name);
    return tensor.toFloatArray();
  }
}
