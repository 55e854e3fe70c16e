package dev.ftpipe.model.adapter;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.SafetensorsWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The folder of an adapter: {@code adapter_config.json} and {@code adapter_model.safetensors},
 * whose tensors are called {@code base_model.model.MODULE.lora_A.weight} and {@code
 * …lora_B.weight}.
 */
public final class AdapterFiles {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";
  static final String PREFIX = "base_model.model.";
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";

  private AdapterFiles() {}

  /**
   * Writes an adapter; equal adapters give equal bytes.
   *
   * @param weights by full module name, e.g. {@code model.layers.0.self_attn.q_proj}; stored as
   *     float32
   */
  public static void write(
      Path folder, AdapterConfig config, SortedMap<String, LoraWeights> weights)
      throws IOException {
    Files.createDirectories(folder);
    List<TensorSpec> specs = new ArrayList<>();
    weights.forEach(
        (module, lora) -> {
          specs.add(spec(PREFIX + module + A, lora.rank(), lora.inputs()));
          specs.add(spec(PREFIX + module + B, lora.outputs(), lora.rank()));
        });
    Path file = folder.resolve(WEIGHTS);
    try (var writer = SafetensorsWriter.create(file, specs, Map.of("format", "pt"))) {
      for (var entry : weights.entrySet()) {
        String name = PREFIX + entry.getKey();
        writer.write(name + A, Floats.fromFloats(entry.getValue().a(), DType.F32));
        writer.write(name + B, Floats.fromFloats(entry.getValue().b(), DType.F32));
      }
    }
    var indenter = new DefaultIndenter("  ", "\n");
    var pretty =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    AtomicFiles.write(
        folder.resolve(CONFIG),
        Json.mapper().writer(pretty).writeValueAsString(config.json()) + "\n");
  }

  private static TensorSpec spec(String name, long rows, long columns) {
    return new TensorSpec(name, DType.F32, List.of(rows, columns));
  }
}
