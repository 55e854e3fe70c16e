package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.text.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns a model folder in Hugging Face layout into a GGUF file, a few rows at a time: weights,
 * tokenizer and chat template, as {@code convert_hf_to_gguf.py} of llama.cpp lays them out.
 */
public final class GgufExport {
  private static final int ELEMENTS_AT_ONCE = 1 << 22;
  private static final int QUANTIZATION_VERSION = 2;

  private final Path folder;
  private final GgufType type;
  private final LlamaConfig config;
  private final GgufArchitecture architecture;

  private GgufExport(Path folder, GgufType type) throws IOException {
    this.folder = folder;
    this.type = type;
    this.config = LlamaConfig.read(folder);
    this.architecture =
        GgufArchitecture.ofModelType(
                JsonFiles.readObject(folder.resolve("config.json")).path("model_type").asText())
            .orElseThrow(() -> new IllegalStateException("a model without its row"));
  }

  /** Is told how many of all tensors are written; may end the work. */
  @FunctionalInterface
  public interface Listener {
    void written(int done, int total) throws InterruptedException;
  }

  /**
   * Writes the file, over one that is there.
   *
   * @param folder a model of an architecture that llama.cpp has as well
   * @param type of the matrices; vectors are float32
   * @return what a reader of the file should know; may be empty
   * @throws FtpipeException when the model is malformed, or has something that a GGUF file cannot
   *     hold
   * @throws InterruptedException when the listener throws it; the file is removed then
   */
  public static List<String> convert(Path folder, Path file, GgufType type, Listener listener)
      throws IOException, InterruptedException {
    return new GgufExport(folder, type).write(file, listener);
  }

  private List<String> write(Path file, Listener listener)
      throws IOException, InterruptedException {
    // Before the tokens are counted by what the configuration says of the embedding.
    try (ModelTensors tensors = ModelTensors.open(folder)) {
      config.checkWeights(tensors);
    }
    ConfigToGguf described = new ConfigToGguf(folder, config, architecture);
    MetadataWriter metadata = new MetadataWriter();
    described.describe(metadata, type.fileType());
    if (type.isQuantized()) {
      metadata.number("general.quantization_version", QUANTIZATION_VERSION);
    }
    List<String> warnings = new ArrayList<>(described.warnings());
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      warnings.addAll(
          new TokenizerToGguf(folder, tokenizer, config.vocabulary()).describe(metadata));
    }
    List<String> names = new ArrayList<>();
    List<GgufTensor> targets = new ArrayList<>();
    float[] factors = described.ropeFactors();
    if (factors.length > 0) {
      targets.add(target(GgufTensors.ROPE_FACTORS, List.of((long) factors.length)));
    }
    try (ModelTensors tensors = ModelTensors.open(folder)) {
      for (Map.Entry<String, List<Long>> weight : config.weights().entrySet()) {
        names.add(weight.getKey());
        targets.add(target(TensorNames.inGguf(weight.getKey()), weight.getValue()));
      }
      try (GgufWriter writer = GgufWriter.create(file, metadata, targets)) {
        if (factors.length > 0) {
          writer.write(GgufTensors.ROPE_FACTORS, Quantizer.quantize(GgmlType.F32, factors));
        }
        int extra = targets.size() - names.size();
        for (int i = 0; i < names.size(); i++) {
          copy(tensors, tensors.info(names.get(i)), targets.get(extra + i), writer);
          listener.written(i + 1, names.size());
        }
      }
    }
    return warnings;
  }

  private GgufTensor target(String name, List<Long> shape) {
    GgmlType stored = type.of(shape.size(), shape.get(shape.size() - 1));
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    return new GgufTensor(
        name, stored, shape, 0, elements / stored.blockElements() * stored.blockBytes());
  }

  private void copy(ModelTensors tensors, TensorInfo source, GgufTensor target, GgufWriter writer)
      throws IOException {
    boolean permuted = architecture.permuted() && TensorNames.hasHeads(source.name());
    boolean vector = source.shape().size() == 1;
    int width = vector ? 1 : Math.toIntExact(target.rowElements());
    long rows = source.elementCount() / width;
    long group = permuted ? config.headDim() : 1;
    long step = Math.max(1, ELEMENTS_AT_ONCE / (group * width)) * group;
    for (long row = 0; row < rows; row += vector ? rows : step) {
      int count = Math.toIntExact(vector ? rows : Math.min(step, rows - row));
      int bytes = Math.toIntExact((long) count * width * source.dtype().bytes());
      ByteBuffer stored = tensors.bytes(source.name(), row * width * source.dtype().bytes(), bytes);
      float[] values = Floats.toFloats(stored, source.dtype());
      requireRange(source.name(), target.type(), values);
      float[] ordered = permuted ? HeadOrder.ofLlamaCpp(values, config.headDim(), width) : values;
      writer.write(target.name(), Quantizer.quantize(target.type(), ordered));
    }
  }

  /** Half precision ends at 65504; the scales of quantized blocks are in half precision, too. */
  private void requireRange(String name, GgmlType stored, float[] values) {
    float most =
        switch (stored) {
          case F32, BF16 -> Float.MAX_VALUE;
          case Q8_0 -> 65504f * 127;
          case Q4_0 -> 65504f * 8;
          default -> 65504f;
        };
    for (float value : values) {
      if (!(Math.abs(value) <= most)) {
        throw FtpipeException.pipeline(
            "model folder %s: tensor '%s' has the value %s, which %s cannot hold%s"
                .formatted(
                    folder, name, value, stored, Float.isFinite(value) ? "; use type bf16" : ""));
      }
    }
  }
}
