package dev.ftpipe.stage.basemodel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.base.JsonFiles;
import dev.ftpipe.model.chat.EndTokens;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.PrettyJson;
import dev.ftpipe.model.tensor.ShardedWriter;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSpec;
import dev.ftpipe.model.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model in Hugging Face layout whose parts fit together.
 *
 * @param config {@code config.json}
 * @param parameters the number of weights
 */
record ModelFolder(Path folder, ObjectNode config, long parameters, long tokens) {
  private static final String CONFIG = "config.json";
  private static final String GENERATION = "generation_config.json";
  private static final List<String> COPIED =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja");
  private static final int BYTES_AT_ONCE = 1 << 24;

  /** Is told how many of all tensors are written; may end the work. */
  @FunctionalInterface
  interface Listener {
    void written(int done, int total) throws InterruptedException;
  }

  /**
   * Opens every part of a folder and compares them.
   *
   * @throws FtpipeException when a part is missing, malformed, or does not fit another
   */
  static ModelFolder check(Path folder) throws IOException {
    ObjectNode config = config(folder.resolve(CONFIG));
    LlamaConfig described = LlamaConfig.read(folder);
    int vocabulary = described.vocabulary();
    long parameters = 0;
    try (ModelTensors tensors = ModelTensors.open(folder)) {
      described.checkWeights(tensors);
      for (String name : tensors.names()) {
        parameters += tensors.info(name).elementCount();
      }
    }
    EndTokens.ofGenerationConfig(folder);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      long tokens = tokenizer.vocabularySize();
      if (tokens > vocabulary) {
        throw FtpipeException.pipeline(
            "model folder "
                + folder
                + ": tokenizer.json has ids up to "
                + (tokens - 1)
                + ", but the model has only "
                + vocabulary
                + " (vocab_size); they belong to different models");
      }
      return new ModelFolder(folder, config, parameters, tokens);
    }
  }

  private static ObjectNode config(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw FtpipeException.pipeline(
          "model folder "
              + file.getParent()
              + " has no config.json; expected a folder in Hugging Face layout");
    }
    return JsonFiles.readObject(file);
  }

  /** One line for the log. */
  String summary() {
    return String.format(Locale.ROOT, "%,d parameters, %,d tokens", parameters, tokens);
  }

  /**
   * Writes the model into another folder, tensor by tensor where they change their format.
   *
   * @param dtype of every floating-point tensor; empty to leave them as they are
   */
  void copy(Path to, Optional<DType> dtype, Listener listener)
      throws IOException, InterruptedException {
    Files.createDirectories(to);
    for (String name : COPIED) {
      copyFile(name, to);
    }
    if (Files.exists(folder.resolve(GENERATION))) {
      copyFile(GENERATION, to);
    } else {
      PrettyJson.write(to.resolve(GENERATION), generationConfig());
    }
    if (dtype.isPresent()) {
      ObjectNode changed = config.deepCopy();
      changed.put(changed.has("dtype") ? "dtype" : "torch_dtype", dtype.get().torchName());
      PrettyJson.write(to.resolve(CONFIG), changed);
    } else {
      copyFile(CONFIG, to);
    }
    try (ModelTensors tensors = ModelTensors.open(folder)) {
      copyTensors(tensors, to, dtype, listener);
    }
  }

  private ObjectNode generationConfig() {
    ObjectNode generation = Json.mapper().createObjectNode();
    for (String key : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
      if (config.hasNonNull(key)) {
        generation.set(key, config.get(key));
      }
    }
    return generation;
  }

  /** Copies the bytes alone: a read-only model must not make a read-only copy. */
  private void copyFile(String name, Path to) throws IOException {
    Path file = folder.resolve(name);
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        Files.copy(in, to.resolve(name));
      }
    }
  }

  private static void copyTensors(
      ModelTensors tensors, Path to, Optional<DType> dtype, Listener listener)
      throws IOException, InterruptedException {
    List<TensorSpec> specs =
        tensors.names().stream().map(name -> target(tensors.info(name), dtype)).toList();
    try (ShardedWriter writer =
        ShardedWriter.create(to, specs, ShardedWriter.DEFAULT_MAX_SHARD_BYTES)) {
      int done = 0;
      for (TensorSpec spec : specs) {
        copyTensor(tensors, tensors.info(spec.name()), spec.dtype(), writer);
        listener.written(++done, specs.size());
      }
    }
  }

  private static TensorSpec target(TensorInfo info, Optional<DType> dtype) {
    DType to = info.dtype().isFloat() ? dtype.orElse(info.dtype()) : info.dtype();
    return new TensorSpec(info.name(), to, info.shape());
  }

  private static void copyTensor(
      ModelTensors tensors, TensorInfo info, DType to, ShardedWriter writer) throws IOException {
    for (long from = 0; from < info.byteLength(); from += BYTES_AT_ONCE) {
      int length = (int) Math.min(BYTES_AT_ONCE, info.byteLength() - from);
      ByteBuffer bytes = tensors.bytes(info.name(), from, length);
      boolean same = to == info.dtype();
      writer.write(
          info.name(), same ? bytes : Floats.fromFloats(Floats.toFloats(bytes, info.dtype()), to));
    }
  }
}
