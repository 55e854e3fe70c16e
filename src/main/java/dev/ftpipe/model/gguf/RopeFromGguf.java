package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.util.List;
import java.util.Optional;

/** The rotary embedding of a GGUF file, as {@code config.json} has it. */
final class RopeFromGguf {
  /** The parameters of every Llama 3.1 and 3.2; the file holds only what follows from them. */
  private static final double LOW_FREQUENCY_FACTOR = 1;

  private static final double HIGH_FREQUENCY_FACTOR = 4;
  private static final int ORIGINAL_POSITIONS = 8192;
  private static final double FACTOR_TOLERANCE = 1e-3;

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final GgufShape shape;

  RopeFromGguf(GgufFile file, GgufShape shape) {
    this.file = file;
    this.metadata = file.metadata();
    this.shape = shape;
  }

  double theta() {
    return metadata.real(shape.key("rope.freq_base")).orElse(10000);
  }

  /** {@code rope_scaling}; empty where positions are not scaled. */
  Optional<ObjectNode> scaling() {
    Optional<GgufTensor> factors = file.find(GgufTensors.ROPE_FACTORS);
    if (factors.isPresent()) {
      if (!factors.get().shape().equals(List.of(shape.headDim() / 2L))) {
        throw FtpipeException.pipeline(
            file.file()
                + ": tensor '"
                + GgufTensors.ROPE_FACTORS
                + "' has the shape "
                + factors.get().shape()
                + ", expected "
                + List.of(shape.headDim() / 2));
      }
      return Optional.of(llama3(file.rows(factors.get(), 0, 1)));
    }
    String type = metadata.text(shape.key("rope.scaling.type")).orElse("none");
    double factor = metadata.real(shape.key("rope.scaling.factor")).orElse(1);
    if (type.equals("none") || factor == 1) {
      return Optional.empty();
    }
    ObjectNode scaling = Json.mapper().createObjectNode();
    scaling.put("rope_type", type).put("factor", factor);
    if (type.equals("yarn")) {
      scaling.put(
          "original_max_position_embeddings",
          metadata.requiredSize(shape.key("rope.scaling.original_context_length")));
    } else if (!type.equals("linear")) {
      throw FtpipeException.pipeline(
          file.file()
              + ": rope scaling '"
              + type
              + "' is not supported; supported: linear, llama3, yarn");
    }
    return Optional.of(scaling);
  }

  /**
   * The parameters behind the factors by which llama.cpp divides the rotary frequencies. They are
   * those of Llama 3.1 with the factor that the lowest frequency has; the factors are computed from
   * them again and compared.
   */
  private ObjectNode llama3(float[] factors) {
    double factor = factors[factors.length - 1];
    long positions =
        metadata
            .number(shape.key("rope.scaling.original_context_length"))
            .orElse(ORIGINAL_POSITIONS);
    for (int i = 0; i < factors.length; i++) {
      double expected = llama3Factor(i, factors.length, factor, positions);
      if (Math.abs(factors[i] - expected) > FACTOR_TOLERANCE * expected) {
        throw FtpipeException.pipeline(
            file.file()
                + ": tensor '"
                + GgufTensors.ROPE_FACTORS
                + "' is not the rope scaling of Llama 3: factor "
                + i
                + " is "
                + factors[i]
                + ", expected "
                + expected);
      }
    }
    return Json.mapper()
        .createObjectNode()
        .put("factor", factor)
        .put("high_freq_factor", HIGH_FREQUENCY_FACTOR)
        .put("low_freq_factor", LOW_FREQUENCY_FACTOR)
        .put("original_max_position_embeddings", positions)
        .put("rope_type", "llama3");
  }

  private double llama3Factor(int index, int count, double factor, long positions) {
    double wavelength = 2 * Math.PI * Math.pow(theta(), (double) index / count);
    double turns = positions / wavelength;
    if (turns > HIGH_FREQUENCY_FACTOR) {
      return 1;
    }
    if (turns < LOW_FREQUENCY_FACTOR) {
      return factor;
    }
    double smooth = (turns - LOW_FREQUENCY_FACTOR) / (HIGH_FREQUENCY_FACTOR - LOW_FREQUENCY_FACTOR);
    return 1 / ((1 - smooth) / factor + smooth);
  }
}
