package dev.ftpipe.model.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.model.quant.FourBitType;
import dev.ftpipe.model.quant.Nf4;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.tensor.TensorSource;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loads a checkpoint tensor by tensor; each is converted or quantized as it is read, so the peak is
 * the result plus one tensor.
 */
final class LlamaWeights {
  private LlamaWeights() {}

  /**
   * All weights by the names of the checkpoint, a quantized one as its parts {@code NAME.PART}, and
   * the tables that the script needs.
   *
   * @throws dev.ftpipe.base.FtpipeException when a tensor is missing or has another shape or type
   *     than the configuration says
   */
  static Map<String, NDArray> load(
      Torch torch, NDManager owner, LlamaConfig config, TensorSource source, WeightFormat format)
      throws IOException {
    config.checkWeights(source);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    try (TensorCodec codec = new TensorCodec(torch);
        Nf4 nf4 = new Nf4(torch)) {
      for (String name : config.weights().keySet()) {
        if (format.linear().isPresent() && isLinear(config, name)) {
          try (NDManager scope = torch.scope()) {
            NDArray whole = codec.read(scope, source, name, source.info(name).dtype());
            nf4.quantize(owner, whole, format.linear().get())
                .forEach((part, tensor) -> weights.put(name + "." + part, tensor));
          }
        } else {
          weights.put(name, codec.read(owner, source, name, format.dtype()));
        }
      }
      weights.putAll(
          nf4.tables(owner, format.linear().map(Nf4Format::type).orElse(FourBitType.NF4)));
    }
    weights.put("rope.inv_freq", owner.create(config.rope().inverseFrequencies(config.headDim())));
    return weights;
  }

  private static boolean isLinear(LlamaConfig config, String name) {
    String suffix = ".weight";
    return name.endsWith(suffix)
        && config.linearModules().containsKey(name.substring(0, name.length() - suffix.length()));
  }
}
