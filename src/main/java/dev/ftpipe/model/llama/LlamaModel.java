package dev.ftpipe.model.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.quant.Nf4;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Llama model on a device. Not for several threads at once. */
public final class LlamaModel implements AutoCloseable {
  private static final String SOURCE = "/dev/ftpipe/model/llama/llama.py";
  private static final String LORA = "/dev/ftpipe/model/llama/lora.py";
  private static final String MANUAL = "/dev/ftpipe/model/llama/manual.py";

  /** Bounds the logits that exist at a time: 32 MiB of floats. */
  private static final int LOGITS_AT_ONCE = 1 << 23;

  private static final int MAX_ROWS_AT_ONCE = 4096;

  /** Linear layers with one input, joined for generation, by the name of what they make. */
  private static final Map<String, List<String>> JOINED =
      Map.of(
          "self_attn.qkv_proj",
          List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
          "mlp.gate_up_proj",
          List.of("mlp.gate_proj", "mlp.up_proj"));

  private final LlamaConfig config;
  private final WeightFormat format;
  private final NDManager manager;
  private final TorchScript script;
  private final Map<String, NDArray> weights;

  private LlamaModel(
      LlamaConfig config,
      WeightFormat format,
      NDManager manager,
      TorchScript script,
      Map<String, NDArray> weights) {
    this.config = config;
    this.format = format;
    this.manager = manager;
    this.script = script;
    this.weights = weights;
  }

  /**
   * Loads a model folder in Hugging Face layout.
   *
   * @throws dev.ftpipe.base.FtpipeException when the folder is not a complete, supported model
   */
  public static LlamaModel load(Torch torch, Path folder, LlamaOptions options) throws IOException {
    LlamaConfig config = LlamaConfig.read(folder);
    NDManager manager = torch.scope();
    try (ModelTensors source = ModelTensors.open(folder)) {
      TorchScript script =
          TorchScript.load(
              torch,
              "Llama",
              List.of(Nf4.SOURCE, LORA, MANUAL, SOURCE),
              attributes(config, options));
      Map<String, NDArray> weights =
          LlamaWeights.load(torch, manager, config, source, options.weights());
      return new LlamaModel(config, options.weights(), manager, script, weights);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static Map<String, Object> attributes(LlamaConfig config, LlamaOptions options) {
    int rowsAtOnce = Math.min(MAX_ROWS_AT_ONCE, LOGITS_AT_ONCE / config.vocabulary());
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("layers", config.layers());
    attributes.put("hidden", config.hidden());
    attributes.put("ffn", config.feedForward());
    attributes.put("heads", config.heads());
    attributes.put("kv", config.keyValueHeads());
    attributes.put("head_dim", config.headDim());
    attributes.put("window", config.window().map(SlidingWindow::size).orElse(0));
    attributes.put("window_from", config.window().map(SlidingWindow::firstLayer).orElse(0));
    attributes.put("rope_scale", config.rope().attentionFactor());
    attributes.put("dt", TensorCodec.code(options.compute()));
    attributes.put("chunk", Math.max(16, rowsAtOnce));
    attributes.put("block", options.weights().linear().map(Nf4Format::block).orElse(64));
    attributes.put("eps", config.epsilon());
    attributes.put("lora_dropout", options.loraDropout());
    attributes.put("neftune", options.neftuneAlpha());
    attributes.put("checkpointing", options.checkpointing());
    attributes.put("dropping", false);
    return attributes;
  }

  public LlamaConfig config() {
    return config;
  }

  /** How the weights are held that are not trained. */
  public WeightFormat format() {
    return format;
  }

  /** The live weights by name, adapters included; the model's own, to be changed with care. */
  public Map<String, NDArray> weights() {
    return weights;
  }

  /** One of the live weights. */
  public NDArray weight(String name) {
    NDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("no weight " + name);
    }
    return weight;
  }

  /** Puts a tensor of the same shape in the place of a weight, which is freed. */
  public void replace(String name, NDArray tensor) {
    NDArray before = weight(name);
    tensor.attach(manager);
    tensor.setRequiresGradient(before.hasGradient());
    put(name, tensor);
  }

  /**
   * Adds a LoRA adapter to a linear layer, in place of one it has: its output becomes {@code W x +
   * scale * B A x}.
   *
   * @param module the layer's full name, e.g. {@code model.layers.0.self_attn.q_proj}
   * @param a {@code [rank, inputs]} row-major
   * @param b {@code [outputs, rank]} row-major
   */
  public void addAdapter(String module, int rank, float[] a, float[] b, double scale) {
    List<Long> shape = config.linearModules().get(module);
    if (shape == null) {
      throw new IllegalArgumentException("no linear layer " + module);
    }
    put(module + ".lora_A.weight", manager.create(a, new Shape(rank, shape.get(1))));
    put(module + ".lora_B.weight", manager.create(b, new Shape(shape.get(0), rank)));
    put(module + ".lora_scale", manager.create(new float[] {(float) scale}, new Shape()));
  }

  /**
   * Makes the adapter of a layer a DoRA: every output gets a magnitude.
   *
   * @param values {@code [outputs]}
   */
  public void addMagnitudes(String module, float[] values) {
    put(module + ".lora_magnitude_vector", manager.create(values));
  }

  /** The norm of every row of a linear layer's weight as it is held: DoRA's first magnitudes. */
  public float[] rowNorms(String module) {
    List<Long> shape = config.linearModules().get(module);
    if (shape == null) {
      throw new IllegalArgumentException("no linear layer " + module);
    }
    Map<String, NDArray> layer = new LinkedHashMap<>();
    weights.forEach(
        (name, tensor) -> {
          if (name.startsWith(module + ".weight")) {
            layer.put("m" + name.substring(module.length()), tensor);
          } else if (name.startsWith("nf4.")) {
            layer.put(name, tensor);
          }
        });
    try (NDManager scope = manager.newSubManager()) {
      return script
          .one(
              "magnitudes",
              new Arguments(scope).number(shape.get(0)).number(shape.get(1)).dict("w", layer))
          .toFloatArray();
    }
  }

  /**
   * Puts another weight into a linear layer, held as the layer's own was.
   *
   * @param weight {@code [outputs, inputs]} in any floating-point type; stays the caller's
   */
  public void setLinear(Torch torch, String module, NDArray weight) {
    String name = module + ".weight";
    if (format.linear().isPresent()) {
      try (Nf4 nf4 = new Nf4(torch)) {
        nf4.quantize(manager, weight, format.linear().get())
            .forEach((part, tensor) -> put(name + "." + part, tensor));
      }
    } else {
      try (TensorCodec codec = new TensorCodec(torch)) {
        put(name, codec.convert(manager, weight, format.dtype()));
      }
    }
  }

  /** Puts a tensor in the place of a weight, or beside the others; the model owns it then. */
  public void set(String name, NDArray tensor) {
    tensor.attach(manager);
    put(name, tensor);
  }

  private void put(String name, NDArray tensor) {
    for (String joined : JOINED.keySet()) {
      weights.keySet().stream()
          .filter(each -> each.contains(joined))
          .toList()
          .forEach(each -> close(weights.remove(each)));
    }
    close(weights.put(name, tensor));
  }

  private static void close(@Nullable NDArray tensor) {
    if (tensor != null) {
      tensor.close();
    }
  }

  /**
   * Puts the projections of one input into one matrix, whose parts they become: a token's products
   * are small, and fewer larger ones are faster. Of plain weights without adapters only.
   */
  private void joinProjections() {
    if (format.linear().isPresent() || weights.keySet().stream().anyMatch(LlamaModel::isPut)) {
      return;
    }
    for (int i = 0; i < config.layers(); i++) {
      String layer = "model.layers." + i + ".";
      for (Map.Entry<String, List<String>> each : JOINED.entrySet()) {
        join(
            layer + each.getKey(), each.getValue().stream().map(layer::concat).toList(), ".weight");
        join(layer + each.getKey(), each.getValue().stream().map(layer::concat).toList(), ".bias");
      }
    }
  }

  private static boolean isPut(String name) {
    return name.contains(".lora_") || JOINED.keySet().stream().anyMatch(name::contains);
  }

  private void join(String joined, List<String> modules, String kind) {
    if (!weights.containsKey(modules.get(0) + kind)) {
      return;
    }
    List<NDArray> parts = modules.stream().map(module -> weight(module + kind)).toList();
    try (NDManager scope = manager.newSubManager()) {
      NDList views = script.call("join", new Arguments(scope).list("parts", parts));
      views.attach(manager);
      for (int i = 0; i < parts.size(); i++) {
        close(weights.put(modules.get(i) + kind, views.get(i + 1)));
      }
      weights.put(joined + kind, views.get(0));
    }
  }

  /** Marks a weight, which must be float32, as one that {@link #step} computes a gradient for. */
  public void train(String name) {
    NDArray weight = weight(name);
    if (weight.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException("not a float32 weight: " + name);
    }
    weight.setRequiresGradient(true);
  }

  /**
   * The logits at every position, {@code [rows * columns, vocabulary]} row-major; meaningless on
   * padding.
   */
  public float[] logits(TokenBlock tokens) {
    try (NDManager scope = manager.newSubManager()) {
      Arguments arguments = new Arguments(scope);
      arguments.longs(tokens.ids(), tokens.rows(), tokens.columns());
      place(arguments, tokens);
      return script.one("logits", arguments.dict("w", weights)).toFloatArray();
    }
  }

  /**
   * The loss summed over all tokens that are learned.
   *
   * @param labels {@code [rows, columns]} unshifted; -100 where nothing is learned
   */
  public double loss(TokenBlock tokens, long[] labels) {
    try (NDManager scope = manager.newSubManager()) {
      return script.one("loss", labelled(scope, tokens, labels).dict("w", weights))
          .toFloatArray()[0];
    }
  }

  /**
   * Adds {@code factor} times the gradient of the summed loss to the gradient of every trained
   * weight.
   *
   * @param scope owns the result
   * @param factor 1 over the number of learned tokens in the whole optimizer step
   * @param seed of the step's dropout
   * @return the summed loss, a scalar that need not be computed yet on a GPU
   */
  public NDArray step(NDManager scope, TokenBlock tokens, long[] labels, double factor, long seed) {
    return script.one(
        "step", labelled(scope, tokens, labels).number(factor).number(seed).dict("w", weights));
  }

  private static Arguments labelled(NDManager scope, TokenBlock tokens, long[] labels) {
    Arguments arguments = new Arguments(scope);
    arguments.longs(tokens.ids(), tokens.rows(), tokens.columns());
    arguments.longs(labels, tokens.rows(), tokens.columns());
    place(arguments, tokens);
    return arguments;
  }

  /** Positions and sequences; the mask of the latter only where causal attention is not enough. */
  private static void place(Arguments arguments, TokenBlock tokens) {
    arguments.longs(tokens.positions(), tokens.rows(), tokens.columns());
    if (tokens.needsMask()) {
      arguments.longs(tokens.sequences(), tokens.rows(), tokens.columns());
    } else {
      arguments.longs(new long[0], 0);
    }
  }

  /**
   * Starts generation.
   *
   * @param rows prompts side by side
   * @param length tokens of the longest row at the end, prompt included
   */
  public LlamaDecoder decoder(int rows, int length) {
    joinProjections();
    return new LlamaDecoder(manager.newSubManager(), script, weights, config, rows, length);
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
