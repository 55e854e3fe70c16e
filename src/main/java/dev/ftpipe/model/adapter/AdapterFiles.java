package dev.ftpipe.model.adapter;

import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.PrettyJson;
import dev.ftpipe.model.tensor.SafetensorsWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The folder of an adapter: {@code adapter_config.json} and {@code adapter_model.safetensors},
 * whose tensors are called {@code base_model.model.MODULE.lora_A.weight}, {@code …lora_B.weight},
 * with DoRA {@code …lora_magnitude_vector}; weights that are held as a whole have their own name
 * after the prefix.
 */
public final class AdapterFiles {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";
  static final String PREFIX = "base_model.model.";
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";
  static final String MAGNITUDE = ".lora_magnitude_vector";
  static final String BIAS = ".bias";

  /** What PEFT puts between an adapted layer's name and its own parameters. */
  static final String BASE_LAYER = ".base_layer";

  private AdapterFiles() {}

  /**
   * Writes an adapter; equal adapters give equal bytes.
   *
   * @param weights by full module name, e.g. {@code model.layers.0.self_attn.q_proj}; stored as
   *     float32
   * @param wholes by the checkpoint's name, e.g. {@code lm_head.weight}
   */
  public static void write(
      Path folder,
      AdapterConfig config,
      SortedMap<String, LoraWeights> weights,
      SortedMap<String, WholeWeight> wholes)
      throws IOException {
    Files.createDirectories(folder);
    SortedMap<String, WholeWeight> tensors = new TreeMap<>();
    weights.forEach(
        (module, lora) -> {
          String name = PREFIX + module;
          tensors.put(name + A, floats(lora.a(), lora.rank(), lora.inputs()));
          tensors.put(name + B, floats(lora.b(), lora.outputs(), lora.rank()));
          if (lora.dora()) {
            tensors.put(name + MAGNITUDE, floats(lora.magnitude(), lora.outputs()));
          }
        });
    wholes.forEach((name, whole) -> tensors.put(PREFIX + stored(name, weights), whole));
    List<TensorSpec> specs =
        tensors.entrySet().stream()
            .map(entry -> new TensorSpec(entry.getKey(), DType.F32, entry.getValue().shape()))
            .toList();
    Path file = folder.resolve(WEIGHTS);
    try (var writer = SafetensorsWriter.create(file, specs, Map.of("format", "pt"))) {
      for (var entry : tensors.entrySet()) {
        for (Supplier<ByteBuffer> piece : entry.getValue().pieces()) {
          writer.write(entry.getKey(), piece.get());
        }
      }
    }
    PrettyJson.write(folder.resolve(CONFIG), config.json());
  }

  private static String stored(String name, SortedMap<String, LoraWeights> weights) {
    String module = name.endsWith(BIAS) ? name.substring(0, name.length() - BIAS.length()) : name;
    return weights.containsKey(module) ? module + BASE_LAYER + BIAS : name;
  }

  private static WholeWeight floats(float[] values, long... shape) {
    return new WholeWeight(
        java.util.Arrays.stream(shape).boxed().toList(),
        List.of(() -> Floats.fromFloats(values, DType.F32)));
  }
}
