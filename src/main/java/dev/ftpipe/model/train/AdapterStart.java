package dev.ftpipe.model.train;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.adapter.Adapter;
import dev.ftpipe.model.adapter.AdapterConfig;
import dev.ftpipe.model.adapter.LoraWeights;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.sft.InitLoraWeights;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.TensorSource;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts adapters into a model that is to be trained: fresh ones, or those of a folder. */
final class AdapterStart {
  private final Torch torch;
  private final LlamaModel model;
  private final Path base;

  /**
   * Adapters for a model.
   *
   * @param base the folder the model was loaded from
   */
  AdapterStart(Torch torch, LlamaModel model, Path base) {
    this.torch = torch;
    this.model = model;
    this.base = base;
  }

  /**
   * Adds fresh adapters to every target.
   *
   * @param name what the base is called in the adapter's configuration
   * @param seed of their random values, which are the same on every machine
   * @throws FtpipeException when the options do not fit the model
   */
  TrainedAdapter fresh(LoraOptions options, String name, long seed) throws IOException {
    AdapterTargets targets = new AdapterTargets(model.config(), options);
    SortedMap<String, List<Long>> modules = targets.modules();
    AdapterConfig config = AdapterConfig.of(options, name, modules.keySet());
    Optional<PissaStart> pissa = Optional.empty();
    try (ModelTensors tensors = ModelTensors.open(base)) {
      if (options.initLoraWeights() == InitLoraWeights.PISSA) {
        PissaStart start = new PissaStart(torch, model);
        for (String module : modules.keySet()) {
          start.add(module, tensors, config);
        }
        pissa = Optional.of(start);
      } else {
        LoraInit init = new LoraInit(options.initLoraWeights(), seed);
        modules.forEach(
            (module, shape) -> {
              int inputs = Math.toIntExact(shape.get(1));
              int outputs = Math.toIntExact(shape.get(0));
              LoraWeights weights = init.weights(module, config.rank(module), inputs, outputs);
              model.addAdapter(
                  module, weights.rank(), weights.a(), weights.b(), config.scale(module));
            });
      }
      if (config.dora()) {
        modules.keySet().forEach(module -> model.addMagnitudes(module, model.rowNorms(module)));
      }
      SortedSet<String> wholes = targets.wholes(modules.keySet());
      SortedMap<String, String> stored = new TreeMap<>();
      wholes.forEach(weight -> stored.put(weight, inBase(tensors, weight)));
      addWholes(tensors, tensors, stored);
      return new TrainedAdapter(torch, model, config, modules, wholes, pissa);
    }
  }

  /**
   * Goes on with an adapter; its own configuration holds.
   *
   * @param name what its folder is called in messages
   */
  TrainedAdapter existing(Path folder, String name) throws IOException {
    try (Adapter adapter = Adapter.open(folder, name);
        ModelTensors tensors = ModelTensors.open(base)) {
      adapter.checkFits(tensors);
      AdapterConfig config = adapter.config();
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
        model.addAdapter(module, weights.rank(), weights.a(), weights.b(), config.scale(module));
        if (weights.dora()) {
          model.addMagnitudes(module, weights.magnitude());
        }
      }
      addWholes(tensors, adapter.source(), adapter.wholes());
      return new TrainedAdapter(
          torch,
          model,
          config,
          modules,
          new TreeSet<>(adapter.wholes().keySet()),
          Optional.empty());
    }
  }

  /**
   * Puts float32 weights in the place of those that are held as the base is.
   *
   * @param wholes the names of the weights, with those of their tensors in {@code source}
   */
  private void addWholes(
      TensorSource tensors, TensorSource source, SortedMap<String, String> wholes)
      throws IOException {
    boolean embedding = wholes.containsKey(LlamaConfig.EMBEDDING);
    try (TensorCodec codec = new TensorCodec(torch)) {
      if (embedding && model.config().tied() && !wholes.containsKey(LlamaConfig.HEAD)) {
        // As in PEFT the head stays what the embedding was.
        model.set(
            LlamaConfig.HEAD,
            codec.read(torch.manager(), tensors, LlamaConfig.EMBEDDING, model.format().dtype()));
      }
      for (Map.Entry<String, String> each : wholes.entrySet()) {
        String weight = each.getKey();
        if (!weight.equals(LlamaConfig.HEAD) && !model.weights().containsKey(weight)) {
          throw FtpipeException.usage(
              weight
                  + " is held in 4 bits and cannot be trained as a whole: leave it out of"
                  + " lora.modules_to_save, or set quantization.load_in_4bit to false");
        }
        model.set(weight, codec.read(torch.manager(), source, each.getValue(), DType.F32));
      }
    }
  }

  private static String inBase(TensorSource tensors, String weight) {
    return weight.equals(LlamaConfig.HEAD) && tensors.find(weight).isEmpty()
        ? LlamaConfig.EMBEDDING
        : weight;
  }
}
