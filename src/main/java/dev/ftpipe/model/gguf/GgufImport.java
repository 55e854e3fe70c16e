package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.gguf.GgufTensors.Mapping;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.PrettyJson;
import dev.ftpipe.model.tensor.ShardedWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Turns a GGUF file into a model folder in Hugging Face layout, a few rows at a time. */
public final class GgufImport {
  private static final int ELEMENTS_AT_ONCE = 1 << 22;

  private final GgufFile file;
  private final GgufShape shape;
  private final List<Mapping> mappings;

  private GgufImport(GgufFile file) {
    this.file = file;
    this.shape = GgufShape.of(file);
    this.mappings = GgufTensors.of(file, shape);
  }

  /** Is told how many of all tensors are written; may end the work. */
  @FunctionalInterface
  public interface Listener {
    void written(int done, int total) throws InterruptedException;
  }

  /**
   * Writes {@code config.json}, {@code generation_config.json}, {@code tokenizer.json}, {@code
   * tokenizer_config.json} and the tensors.
   *
   * @param folder made if it is not there
   * @param dtype of the tensors; empty for the one of the file's matrices, or bfloat16 where they
   *     are quantized or differ
   * @throws FtpipeException when the file is not a model that can be converted whole
   * @throws InterruptedException when the listener throws it
   */
  public static void convert(GgufFile file, Path folder, Optional<DType> dtype, Listener listener)
      throws IOException, InterruptedException {
    new GgufImport(file).write(folder, dtype, listener);
  }

  private void write(Path folder, Optional<DType> wanted, Listener listener)
      throws IOException, InterruptedException {
    DType dtype = wanted.orElseGet(this::stored);
    GgufTokenizer tokenizer = new GgufTokenizer(file, shape);
    ConfigFromGguf config = new ConfigFromGguf(file, shape);
    Files.createDirectories(folder);
    PrettyJson.write(folder.resolve("config.json"), config.config(dtype));
    PrettyJson.write(folder.resolve("generation_config.json"), config.generationConfig());
    PrettyJson.write(folder.resolve("tokenizer.json"), tokenizer.tokenizer());
    PrettyJson.write(folder.resolve("tokenizer_config.json"), tokenizer.config());
    List<TensorSpec> specs =
        mappings.stream()
            .map(mapping -> new TensorSpec(mapping.name(), dtype, mapping.source().shape()))
            .toList();
    try (ShardedWriter writer =
        ShardedWriter.create(folder, specs, ShardedWriter.DEFAULT_MAX_SHARD_BYTES)) {
      for (int i = 0; i < mappings.size(); i++) {
        tensor(writer, mappings.get(i), dtype);
        listener.written(i + 1, mappings.size());
      }
    }
  }

  /** The format of the matrices; norms are stored as F32 whatever the model is. */
  private DType stored() {
    Set<GgmlType> types = new HashSet<>();
    for (Mapping mapping : mappings) {
      if (mapping.source().shape().size() > 1) {
        types.add(mapping.source().type());
      }
    }
    if (types.equals(Set.of(GgmlType.F32))) {
      return DType.F32;
    }
    return types.equals(Set.of(GgmlType.F16)) ? DType.F16 : DType.BF16;
  }

  private void tensor(ShardedWriter writer, Mapping mapping, DType dtype) throws IOException {
    GgufTensor source = mapping.source();
    boolean vector = source.shape().size() == 1;
    if (vector && mapping.permutedHeads() > 0) {
      float[] values = HeadOrder.ofTransformers(file.rows(source, 0, 1), shape.headDim(), 1);
      writer.write(mapping.name(), Floats.fromFloats(values, dtype));
      return;
    }
    int width = Math.toIntExact(source.rowElements());
    long group = mapping.permutedHeads() > 0 ? shape.headDim() : 1;
    long step = Math.max(1, ELEMENTS_AT_ONCE / (group * width)) * group;
    for (long row = 0; row < source.rows(); row += step) {
      int count = Math.toIntExact(Math.min(step, source.rows() - row));
      float[] values = file.rows(source, row, count);
      float[] ordered =
          mapping.permutedHeads() > 0
              ? HeadOrder.ofTransformers(values, shape.headDim(), width)
              : values;
      writer.write(mapping.name(), Floats.fromFloats(ordered, dtype));
    }
  }
}
