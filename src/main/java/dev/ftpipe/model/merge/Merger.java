package dev.ftpipe.model.merge;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.adapter.Adapter;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.ShardedWriter;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSource;
import dev.ftpipe.model.tensor.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Merges an adapter into a model: W + scale · B·A, computed in float32 and rounded to the type it
 * is stored in. Reads and writes pieces of tensors; the model is never in memory as a whole.
 */
public final class Merger {
  /** Weights of one piece. */
  private static final long PIECE = 1 << 22;

  private static final String WEIGHT = ".weight";

  /** Watches a merge. */
  @FunctionalInterface
  public interface Observer {
    /**
     * Called after every tensor.
     *
     * @throws InterruptedException to end the merge here
     */
    void merged(int tensors, int total) throws InterruptedException;
  }

  private final Optional<DType> dtype;
  private final long maxShardBytes;

  /**
   * A merger.
   *
   * @param dtype of the floating-point tensors written; that of the base when empty
   * @param maxShardBytes of tensor data in a file
   */
  public Merger(Optional<DType> dtype, long maxShardBytes) {
    this.dtype = dtype;
    this.maxShardBytes = maxShardBytes;
  }

  /**
   * Writes the merged model: weights, and the files of the base that are not weights.
   *
   * @param adapterName what the adapter's folder is called in messages
   * @throws FtpipeException when a folder is malformed or the adapter is not for this base
   */
  public void merge(
      Path base, Path adapterFolder, String adapterName, Path output, Observer observer)
      throws IOException, InterruptedException {
    try (ModelTensors tensors = ModelTensors.open(base);
        Adapter adapter = Adapter.open(adapterFolder, adapterName)) {
      adapter.checkFits(tensors);
      // A head or embedding that was trained on its own is no longer the other's.
      boolean untied =
          adapter.wholes().containsKey(LlamaConfig.HEAD)
              || adapter.wholes().containsKey(LlamaConfig.EMBEDDING);
      ModelFiles.copy(base, output, dtype, untied);
      merge(tensors, adapter, untied, output, observer);
    }
  }

  private void merge(
      TensorSource tensors, Adapter adapter, boolean untied, Path output, Observer observer)
      throws IOException, InterruptedException {
    List<TensorSpec> specs = new ArrayList<>();
    tensors.names().forEach(name -> specs.add(target(tensors.info(name))));
    if (untied && tensors.find(LlamaConfig.HEAD).isEmpty()) {
      TensorSpec embedding = target(tensors.info(LlamaConfig.EMBEDDING));
      specs.add(new TensorSpec(LlamaConfig.HEAD, embedding.dtype(), embedding.shape()));
    }
    try (ShardedWriter writer = ShardedWriter.create(output, specs, maxShardBytes)) {
      int done = 0;
      for (TensorSpec spec : specs) {
        merge(tensors, spec, adapter, writer);
        done++;
        observer.merged(done, specs.size());
      }
    }
  }

  private TensorSpec target(TensorInfo info) {
    return new TensorSpec(
        info.name(),
        info.dtype().isFloat() ? dtype.orElse(info.dtype()) : info.dtype(),
        info.shape());
  }

  private static void merge(
      TensorSource tensors, TensorSpec target, Adapter adapter, ShardedWriter writer)
      throws IOException {
    String whole = adapter.wholes().get(target.name());
    if (whole != null) {
      copy(adapter.source(), adapter.source().info(whole), target, writer);
      return;
    }
    TensorInfo info =
        tensors
            .find(target.name())
            .orElseGet(() -> tensors.info(LlamaConfig.EMBEDDING)); // a head that was tied
    String module =
        info.name().endsWith(WEIGHT)
            ? info.name().substring(0, info.name().length() - WEIGHT.length())
            : info.name();
    if (adapter.modules().contains(module)) {
      if (!info.dtype().isFloat()) {
        throw FtpipeException.pipeline(
            "%s: tensor '%s' is %s; only floating-point weights can be merged"
                .formatted(tensors.origin(), info.name(), info.dtype()));
      }
      var delta = new Delta(adapter.weights(module), adapter.config().scale(module));
      add(tensors, info, delta, target.dtype(), writer);
    } else {
      copy(tensors, info, target, writer);
    }
  }

  private static void add(
      TensorSource tensors, TensorInfo info, Delta delta, DType target, ShardedWriter writer)
      throws IOException {
    int rows = Math.toIntExact(info.dim(0));
    long columns = info.dim(1);
    int step = (int) Math.max(1, PIECE / columns);
    long rowBytes = columns * info.dtype().bytes();
    for (int row = 0; row < rows; row += step) {
      int count = Math.min(step, rows - row);
      ByteBuffer bytes =
          tensors.bytes(info.name(), row * rowBytes, Math.toIntExact(count * rowBytes));
      float[] piece = Floats.toFloats(bytes, info.dtype());
      delta.addTo(piece, row);
      writer.write(info.name(), Floats.fromFloats(piece, target));
    }
  }

  private static void copy(
      TensorSource tensors, TensorInfo info, TensorSpec target, ShardedWriter writer)
      throws IOException {
    long pieceBytes = PIECE * info.dtype().bytes();
    for (long from = 0; from < info.byteLength(); from += pieceBytes) {
      int length = (int) Math.min(pieceBytes, info.byteLength() - from);
      ByteBuffer bytes = tensors.bytes(info.name(), from, length);
      writer.write(
          target.name(),
          info.dtype() == target.dtype()
              ? bytes
              : Floats.fromFloats(Floats.toFloats(bytes, info.dtype()), target.dtype()));
    }
  }
}
