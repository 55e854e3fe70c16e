package dev.ftpipe.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ftpipe.base.FtpipeException;
import java.nio.file.Path;

/** Reads the rotary embedding of a {@code config.json}. */
final class RopeReader {
  private static final double DEFAULT_THETA = 10_000;

  private final Path file;
  private final JsonNode root;

  RopeReader(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /** Transformers 5 writes {@code rope_parameters}; before it the base stood beside the scaling. */
  Rope rope() {
    JsonNode rope = root.path("rope_parameters");
    if (!rope.isObject()) {
      rope = root.path("rope_scaling");
    }
    if (!rope.isObject()) {
      rope = MissingNode.getInstance();
    }
    if (number(rope, "partial_rotary_factor", 1) != 1) {
      throw unsupported("partial_rotary_factor", rope.path("partial_rotary_factor").asText(), "1");
    }
    double theta = positive(rope, "rope_theta", positive(root, "rope_theta", DEFAULT_THETA));
    String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
    return new Rope(theta, scaling(rope, type));
  }

  private RopeScaling scaling(JsonNode rope, String type) {
    return switch (type) {
      case "default" -> new RopeScaling.Linear(1);
      case "linear" -> new RopeScaling.Linear(positive(rope, "factor", 1));
      case "llama3" ->
          new RopeScaling.Llama3(
              positive(rope, "factor", 8),
              positive(rope, "low_freq_factor", 1),
              positive(rope, "high_freq_factor", 4),
              positive(rope, "original_max_position_embeddings", 8192));
      case "yarn" -> yarn(rope);
      default -> throw unsupported("rope_type", type, "default, linear, llama3, yarn");
    };
  }

  private RopeScaling yarn(JsonNode rope) {
    double factor = positive(rope, "factor", 1);
    double mscale = number(rope, "mscale", 0);
    double mscaleAllDim = number(rope, "mscale_all_dim", 0);
    double attention =
        mscale != 0 && mscaleAllDim != 0
            ? RopeScaling.Yarn.attention(factor, mscale)
                / RopeScaling.Yarn.attention(factor, mscaleAllDim)
            : RopeScaling.Yarn.attention(factor, 1);
    return new RopeScaling.Yarn(
        factor,
        positive(rope, "beta_fast", 32),
        positive(rope, "beta_slow", 1),
        positive(
            rope,
            "original_max_position_embeddings",
            positive(root, "max_position_embeddings", 2048)),
        rope.path("truncate").asBoolean(true),
        number(rope, "attention_factor", attention));
  }

  private double positive(JsonNode parent, String key, double otherwise) {
    double value = number(parent, key, otherwise);
    if (!(value > 0)) {
      throw FtpipeException.pipeline(
          "%s: %s is %s; expected a number above 0".formatted(file, key, value));
    }
    return value;
  }

  private double number(JsonNode parent, String key, double otherwise) {
    if (!parent.hasNonNull(key)) {
      return otherwise;
    }
    if (!parent.get(key).isNumber() || !Double.isFinite(parent.get(key).doubleValue())) {
      throw FtpipeException.pipeline(
          "%s: %s is %s; expected a number".formatted(file, key, parent.get(key)));
    }
    return parent.get(key).doubleValue();
  }

  private FtpipeException unsupported(String key, String found, String supported) {
    return FtpipeException.pipeline(
        "%s: %s is %s; supported: %s".formatted(file, key, found, supported));
  }
}
