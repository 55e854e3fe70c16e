package dev.ftpipe.model.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.PrettyJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a model folder that are not weights. */
public final class ModelFiles {
  private static final String CONFIG = "config.json";
  private static final Pattern WEIGHTS =
      Pattern.compile(".*\\.(safetensors|bin|pt|pth|gguf|h5|msgpack|onnx)(\\.index\\.json)?");

  private ModelFiles() {}

  /**
   * Copies configuration, tokenizer, template and what else lies beside the weights.
   *
   * @param dtype written to {@code config.json} when given
   */
  public static void copy(Path from, Path to, Optional<DType> dtype) throws IOException {
    copy(from, to, dtype, false);
  }

  /**
   * Copies them to a model that may have a head of its own where the base has none.
   *
   * @param untied whether {@code config.json} is to say that head and embedding are two weights
   */
  static void copy(Path from, Path to, Optional<DType> dtype, boolean untied) throws IOException {
    if (!Files.isRegularFile(from.resolve(CONFIG))) {
      throw FtpipeException.pipeline(
          "model folder " + from + " has no " + CONFIG + "; expected Hugging Face's layout");
    }
    Files.createDirectories(to);
    List<Path> files;
    try (Stream<Path> all = Files.list(from)) {
      files = all.filter(Files::isRegularFile).filter(ModelFiles::isCopied).sorted().toList();
    }
    for (Path file : files) {
      Path target = to.resolve(file.getFileName().toString());
      if ((dtype.isPresent() || untied) && file.getFileName().toString().equals(CONFIG)) {
        PrettyJson.write(target, changed(file, dtype, untied));
      } else {
        // Bytes only: a read-only base must not make a read-only copy.
        try (var in = Files.newInputStream(file)) {
          Files.copy(in, target);
        }
      }
    }
  }

  private static boolean isCopied(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".") && !WEIGHTS.matcher(name).matches();
  }

  /** Transformers 5 calls it {@code dtype}, earlier ones {@code torch_dtype}. */
  private static ObjectNode changed(Path file, Optional<DType> dtype, boolean untied)
      throws IOException {
    ObjectNode config = JsonFiles.readObject(file);
    dtype.ifPresent(
        type -> config.put(config.has("dtype") ? "dtype" : "torch_dtype", type.torchName()));
    if (untied) {
      config.put("tie_word_embeddings", false);
    }
    return config;
  }
}
