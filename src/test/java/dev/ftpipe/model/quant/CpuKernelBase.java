package dev.ftpipe.model.quant;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.SafetensorsWriter;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSpec;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A base as the AVX-512 kernel of bitsandbytes 0.50 dequantizes it. Where a row is a multiple of 16
 * but not of the block, that kernel takes the absmax of block {@code row * (columns / 64) + column
 * / 64} instead of the block that the value was quantized in; its quantizer, its other kernels, its
 * CUDA code and ftpipe go by the flattened weight. Numbers made on such a processor for such a
 * model can be checked with this base, held as plain floats.
 */
public final class CpuKernelBase {
  private static final int BLOCK = 64;

  private CpuKernelBase() {}

  /** Writes {@code config.json} and float32 weights into {@code target}. */
  public static Path write(Torch torch, Path model, boolean nested, Path target)
      throws IOException {
    Files.createDirectories(target);
    Files.copy(model.resolve("config.json"), target.resolve("config.json"));
    try (ModelTensors tensors = ModelTensors.open(model);
        Nf4 nf4 = new Nf4(torch);
        TensorCodec codec = new TensorCodec(torch)) {
      List<TensorSpec> specs =
          tensors.names().stream()
              .map(tensors::info)
              .map(info -> new TensorSpec(info.name(), DType.F32, info.shape()))
              .toList();
      try (SafetensorsWriter writer =
          SafetensorsWriter.create(target.resolve(ModelTensors.SINGLE), specs, Map.of())) {
        for (TensorSpec spec : specs) {
          float[] values =
              spec.name().endsWith("_proj.weight")
                  ? dequantized(torch, nf4, codec, tensors, tensors.info(spec.name()), nested)
                  : tensors.floats(spec.name());
          writer.write(spec.name(), Floats.fromFloats(values, DType.F32));
        }
      }
    }
    return target;
  }

  private static float[] dequantized(
      Torch torch,
      Nf4 nf4,
      TensorCodec codec,
      ModelTensors tensors,
      TensorInfo info,
      boolean nested)
      throws IOException {
    Nf4Format format = new Nf4Format(BLOCK, nested);
    int columns = (int) info.dim(1);
    try (NDManager scope = torch.scope()) {
      NDArray weight = codec.read(scope, tensors, info.name(), info.dtype());
      Map<String, NDArray> parts = nf4.quantize(scope, weight, format);
      float[] absmax = nf4.absmax(scope, parts).toFloatArray();
      Map<String, NDArray> levels = new HashMap<>(parts);
      levels.remove(Nf4.OFFSET);
      levels.put(Nf4.ABSMAX, scope.ones(new Shape(absmax.length)));
      float[] values = nf4.dequantize(scope, levels, info.dim(0), columns, format).toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] *= absmax[i / columns * (columns / BLOCK) + i % columns / BLOCK];
      }
      return values;
    }
  }
}
