package dev.ftpipe.model.adapter;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** An adapter on disk, checked in itself; its weights are read when asked for. */
public final class Adapter implements AutoCloseable {
  private final String name;
  private final AdapterConfig config;
  private final SafetensorsFile file;
  private final SortedSet<String> modules;

  private Adapter(
      String name, AdapterConfig config, SafetensorsFile file, SortedSet<String> modules) {
    this.name = name;
    this.config = config;
    this.file = file;
    this.modules = modules;
  }

  /**
   * Opens an adapter's folder.
   *
   * @param name what the folder is called in messages
   * @throws FtpipeException when a file is missing or malformed, when a tensor is none of LoRA's,
   *     or when A and B do not fit each other or the configuration
   */
  public static Adapter open(Path folder, String name) throws IOException {
    AdapterConfig config =
        AdapterConfigReader.read(
            folder.resolve(AdapterFiles.CONFIG), name + "/" + AdapterFiles.CONFIG);
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(AdapterFiles.WEIGHTS));
    try {
      SortedSet<String> modules = new TreeSet<>();
      for (String tensor : file.names()) {
        modules.add(module(tensor, name));
      }
      if (modules.isEmpty()) {
        throw FtpipeException.pipeline(name + ": the adapter holds no tensors");
      }
      Adapter adapter = new Adapter(name, config, file, modules);
      modules.forEach(adapter::checkPair);
      return adapter;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static String module(String tensor, String name) {
    for (String suffix : List.of(AdapterFiles.A, AdapterFiles.B)) {
      if (tensor.startsWith(AdapterFiles.PREFIX) && tensor.endsWith(suffix)) {
        return tensor.substring(AdapterFiles.PREFIX.length(), tensor.length() - suffix.length());
      }
    }
    throw FtpipeException.pipeline(
        "%s/%s: tensor '%s' is not a LoRA weight; expected names like %smodel.layers.0.self_attn.q_proj%s"
            .formatted(name, AdapterFiles.WEIGHTS, tensor, AdapterFiles.PREFIX, AdapterFiles.A));
  }

  private void checkPair(String module) {
    TensorInfo a = info(module, AdapterFiles.A);
    TensorInfo b = info(module, AdapterFiles.B);
    int rank = config.rank(module);
    if (a.dim(0) != rank || b.dim(1) != rank) {
      throw FtpipeException.pipeline(
          "%s: the adapter of %s has shapes %s and %s, but its configuration says rank %d"
              .formatted(name, module, a.shape(), b.shape(), rank));
    }
  }

  private TensorInfo info(String module, String suffix) {
    TensorInfo info = file.info(AdapterFiles.PREFIX + module + suffix);
    if (info.shape().size() != 2 || !info.dtype().isFloat()) {
      throw FtpipeException.pipeline(
          "%s/%s: tensor '%s' is %s %s; expected a matrix of floating-point numbers"
              .formatted(name, AdapterFiles.WEIGHTS, info.name(), info.dtype(), info.shape()));
    }
    return info;
  }

  public AdapterConfig config() {
    return config;
  }

  /** Full names of the linear layers that have an adapter, sorted. */
  public SortedSet<String> modules() {
    return modules;
  }

  /** Reads the weights of one layer's adapter. */
  public LoraWeights weights(String module) {
    TensorInfo a = info(module, AdapterFiles.A);
    TensorInfo b = info(module, AdapterFiles.B);
    return new LoraWeights(
        Math.toIntExact(a.dim(0)),
        Math.toIntExact(a.dim(1)),
        Math.toIntExact(b.dim(0)),
        file.floats(a.name()),
        file.floats(b.name()));
  }

  /**
   * Checks that every layer is in the base and has the adapter's shape.
   *
   * @throws FtpipeException that names the first layer that does not fit
   */
  public void checkFits(TensorSource base) {
    for (String module : modules) {
      List<Long> expected =
          List.of(info(module, AdapterFiles.B).dim(0), info(module, AdapterFiles.A).dim(1));
      Optional<TensorInfo> weight = base.find(module + ".weight");
      if (weight.isEmpty()) {
        throw FtpipeException.pipeline(
            "%s: the adapter has weights for %s, which %s does not have: was it trained on another model%s?"
                .formatted(name, module, base.origin(), trainedOn()));
      }
      if (!weight.get().shape().equals(expected)) {
        throw FtpipeException.pipeline(
            "%s: the adapter of %s is for a weight of shape %s, but that of %s has %s: was it trained on another model%s?"
                .formatted(
                    name, module, expected, base.origin(), weight.get().shape(), trainedOn()));
      }
    }
  }

  private String trainedOn() {
    return config.baseModel().isEmpty() ? "" : " (it says " + config.baseModel() + ")";
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
