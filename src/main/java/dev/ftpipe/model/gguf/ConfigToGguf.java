package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.llama.RopeScaling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sizes of a model as metadata of a GGUF file. */
final class ConfigToGguf {
  private final Path folder;
  private final LlamaConfig config;
  private final GgufArchitecture architecture;
  private final List<String> warnings = new ArrayList<>();

  ConfigToGguf(Path folder, LlamaConfig config, GgufArchitecture architecture) {
    this.folder = folder;
    this.config = config;
    this.architecture = architecture;
  }

  /**
   * Adds everything but the tokenizer.
   *
   * @throws FtpipeException when llama.cpp would compute something else with it
   */
  void describe(MetadataWriter out, int fileType) {
    out.text("general.architecture", architecture.key());
    out.text("general.type", "model");
    out.number("general.file_type", fileType);
    out.number(key("vocab_size"), config.vocabulary());
    out.number(key("context_length"), config.contextLength());
    out.number(key("embedding_length"), config.hidden());
    out.number(key("block_count"), config.layers());
    out.number(key("feed_forward_length"), config.feedForward());
    out.number(key("attention.head_count"), config.heads());
    out.number(key("attention.head_count_kv"), config.keyValueHeads());
    out.number(key("attention.key_length"), config.headDim());
    out.number(key("attention.value_length"), config.headDim());
    out.real(key("attention.layer_norm_rms_epsilon"), config.epsilon());
    out.number(key("rope.dimension_count"), config.headDim());
    out.real(key("rope.freq_base"), config.rope().theta());
    scaling(out, config.rope().scaling());
    config.window().ifPresent(window -> window(out, window.size()));
  }

  private void window(MetadataWriter out, int size) {
    if (architecture != GgufArchitecture.LLAMA) {
      throw cannot(
          "use_sliding_window, which llama.cpp does not compute for " + architecture.key());
    }
    out.number(key("attention.sliding_window"), size);
    warnings.add(
        "attention looks back %,d positions only; llama.cpp computes that as full attention, so"
                .formatted(size)
            + " longer texts get other answers there");
  }

  private void scaling(MetadataWriter out, RopeScaling scaling) {
    if (scaling instanceof RopeScaling.Linear linear && linear.factor() != 1) {
      out.text(key("rope.scaling.type"), "linear");
      out.real(key("rope.scaling.factor"), linear.factor());
    } else if (scaling instanceof RopeScaling.Llama3 llama3) {
      if (!architecture.permuted()) {
        throw cannot(
            "rope scaling llama3, which llama.cpp does not read for " + architecture.key());
      }
      out.number(key("rope.scaling.original_context_length"), (long) llama3.context());
    } else if (scaling instanceof RopeScaling.Yarn yarn) {
      RopeScaling.Yarn usual =
          new RopeScaling.Yarn(
              yarn.factor(),
              32,
              1,
              yarn.context(),
              true,
              RopeScaling.Yarn.attention(yarn.factor(), 1));
      if (!yarn.equals(usual)) {
        throw cannot("rope scaling yarn with other settings than factor and original context");
      }
      out.text(key("rope.scaling.type"), "yarn");
      out.real(key("rope.scaling.factor"), yarn.factor());
      out.number(key("rope.scaling.original_context_length"), (long) yarn.context());
    }
  }

  /** What llama.cpp divides each frequency by; empty where nothing but a number is needed. */
  float[] ropeFactors() {
    if (!(config.rope().scaling() instanceof RopeScaling.Llama3 llama3)) {
      return new float[0];
    }
    float[] factors = new float[config.headDim() / 2];
    double theta = config.rope().theta();
    for (int i = 0; i < factors.length; i++) {
      double frequency = 1 / Math.pow(theta, 2.0 * i / config.headDim());
      factors[i] = (float) (frequency / llama3.scale(frequency, i, config.headDim(), theta));
    }
    return factors;
  }

  /** What a user of the file should know. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private String key(String name) {
    return architecture.key() + "." + name;
  }

  private FtpipeException cannot(String what) {
    return FtpipeException.pipeline("model folder " + folder + ": a GGUF file cannot hold " + what);
  }
}
