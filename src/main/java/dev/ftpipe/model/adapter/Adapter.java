package dev.ftpipe.model.adapter;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/** An adapter on disk, checked in itself; its weights are read when asked for. */
public final class Adapter implements AutoCloseable {
  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final String name;
  private final AdapterConfig config;
  private final SafetensorsFile file;
  private final AdapterTensors tensors;

  private Adapter(String name, AdapterConfig config, SafetensorsFile file, AdapterTensors tensors) {
    this.name = name;
    this.config = config;
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * Opens an adapter's folder.
   *
   * @param name what the folder is called in messages
   * @throws FtpipeException when a file is missing or malformed, when a tensor is none that the
   *     configuration lets expect, or when A and B do not fit each other or the configuration
   */
  public static Adapter open(Path folder, String name) throws IOException {
    AdapterConfig config =
        AdapterConfigReader.read(
            folder.resolve(AdapterFiles.CONFIG), name + "/" + AdapterFiles.CONFIG);
    Path weights = folder.resolve(AdapterFiles.WEIGHTS);
    if (!Files.exists(weights)) {
      throw FtpipeException.pipeline(
          "%s/%s: no such file; expected an adapter in PEFT's layout, saved as safetensors"
              .formatted(name, AdapterFiles.WEIGHTS));
    }
    SafetensorsFile file = SafetensorsFile.open(weights);
    try {
      AdapterTensors tensors =
          AdapterTensors.of(file.names(), config, name + "/" + AdapterFiles.WEIGHTS);
      if (tensors.modules().isEmpty() && tensors.wholes().isEmpty()) {
        throw FtpipeException.pipeline(name + ": the adapter holds no tensors");
      }
      Adapter adapter = new Adapter(name, config, file, tensors);
      adapter.modules().forEach(adapter::checkShapes);
      return adapter;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void checkShapes(String module) {
    TensorInfo a = info(module, AdapterFiles.A);
    TensorInfo b = info(module, AdapterFiles.B);
    int rank = config.rank(module);
    if (a.dim(0) != rank || b.dim(1) != rank) {
      throw FtpipeException.pipeline(
          "%s: the adapter of %s has shapes %s and %s, but its configuration says rank %d"
              .formatted(name, module, a.shape(), b.shape(), rank));
    }
    String magnitude = tensors.magnitudes().get(module);
    if (config.dora() != (magnitude != null)) {
      throw FtpipeException.pipeline(
          "%s: the adapter of %s has %s, but its configuration says use_dora is %s"
              .formatted(
                  name, module, magnitude == null ? "no magnitudes" : "magnitudes", config.dora()));
    }
    if (magnitude != null && !floating(magnitude).shape().equals(List.of(b.dim(0)))) {
      throw FtpipeException.pipeline(
          "%s: the magnitudes of %s have shape %s; expected [%d]"
              .formatted(name, module, file.info(magnitude).shape(), b.dim(0)));
    }
  }

  private TensorInfo info(String module, String suffix) {
    TensorInfo info = floating(AdapterFiles.PREFIX + module + suffix);
    if (info.shape().size() != 2) {
      throw FtpipeException.pipeline(
          "%s/%s: tensor '%s' is %s %s; expected a matrix of floating-point numbers"
              .formatted(name, AdapterFiles.WEIGHTS, info.name(), info.dtype(), info.shape()));
    }
    return info;
  }

  private TensorInfo floating(String tensor) {
    TensorInfo info = file.info(tensor);
    if (!info.dtype().isFloat()) {
      throw FtpipeException.pipeline(
          "%s/%s: tensor '%s' is %s %s; expected floating-point numbers"
              .formatted(name, AdapterFiles.WEIGHTS, info.name(), info.dtype(), info.shape()));
    }
    return info;
  }

  public AdapterConfig config() {
    return config;
  }

  /** Full names of the linear layers that have an adapter, sorted. */
  public SortedSet<String> modules() {
    return tensors.modules();
  }

  /**
   * The weights that take the place of the base's, by the checkpoint's name, with the name of the
   * tensor in {@link #source}.
   */
  public SortedMap<String, String> wholes() {
    return tensors.wholes();
  }

  /** The tensors of the adapter's file. */
  public TensorSource source() {
    return file;
  }

  /**
   * Reads the weights of one layer's adapter.
   *
   * @throws FtpipeException when one is not finite
   */
  public LoraWeights weights(String module) {
    TensorInfo a = info(module, AdapterFiles.A);
    TensorInfo b = info(module, AdapterFiles.B);
    String magnitude = tensors.magnitudes().get(module);
    return new LoraWeights(
        Math.toIntExact(a.dim(0)),
        Math.toIntExact(a.dim(1)),
        Math.toIntExact(b.dim(0)),
        finite(a.name()),
        finite(b.name()),
        magnitude == null ? new float[0] : finite(magnitude));
  }

  /** A training that went astray must not make a model. */
  private float[] finite(String tensor) {
    float[] values = file.floats(tensor);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw FtpipeException.pipeline(
            "%s/%s: tensor '%s' holds %s; the training that made it went astray"
                .formatted(name, AdapterFiles.WEIGHTS, tensor, value));
      }
    }
    return values;
  }

  /**
   * Checks that every layer is in the base and has the adapter's shape.
   *
   * @throws FtpipeException that names the first layer that does not fit
   */
  public void checkFits(TensorSource base) {
    for (String module : modules()) {
      List<Long> expected =
          List.of(info(module, AdapterFiles.B).dim(0), info(module, AdapterFiles.A).dim(1));
      checkFits(base, module, module + ".weight", expected);
    }
    wholes()
        .forEach(
            (weight, tensor) ->
                checkFits(base, weight, inBase(base, weight), floating(tensor).shape()));
  }

  /** A head that is trained on its own takes the place of a tied one. */
  private static String inBase(TensorSource base, String weight) {
    return weight.equals(HEAD) && base.find(HEAD).isEmpty() ? EMBEDDING : weight;
  }

  private void checkFits(TensorSource base, String what, String weight, List<Long> expected) {
    Optional<TensorInfo> found = base.find(weight);
    if (found.isEmpty()) {
      throw FtpipeException.pipeline(
          "%s: the adapter has weights for %s, which %s does not have: was it trained on another model%s?"
              .formatted(name, what, base.origin(), trainedOn()));
    }
    if (!found.get().shape().equals(expected)) {
      throw FtpipeException.pipeline(
          "%s: the adapter of %s is for a weight of shape %s, but that of %s has %s: was it trained on another model%s?"
              .formatted(name, what, expected, base.origin(), found.get().shape(), trainedOn()));
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
