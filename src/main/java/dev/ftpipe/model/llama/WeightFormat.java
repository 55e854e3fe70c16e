package dev.ftpipe.model.llama;

import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.tensor.DType;
import java.util.Optional;

/**
 * How a model's weights are held on the device.
 *
 * @param dtype of every weight that is not quantized
 * @param linear how the linear layers are quantized; the output head and embedding never are
 */
public record WeightFormat(DType dtype, Optional<Nf4Format> linear) {
  /** All weights as floats. */
  public static WeightFormat plain(DType dtype) {
    return new WeightFormat(dtype, Optional.empty());
  }

  public static WeightFormat nf4(DType dtype, Nf4Format linear) {
    return new WeightFormat(dtype, Optional.of(linear));
  }
}
