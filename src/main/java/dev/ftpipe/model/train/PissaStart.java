package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.adapter.AdapterConfig;
import dev.ftpipe.model.adapter.LoraWeights;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSource;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adapters that start as the principal components of the weight, which are taken out of the base
 * (Meng et al. 2024, PiSSA). What was trained is written as the difference from this start, an
 * adapter of twice the rank for the base as it was, so that it needs no other base.
 */
final class PissaStart {
  private static final String SOURCE = "/dev/ftpipe/model/train/pissa.py";

  private final Torch torch;
  private final LlamaModel model;
  private final Map<String, LoraWeights> starts = new TreeMap<>();

  PissaStart(Torch torch, LlamaModel model) {
    this.torch = torch;
    this.model = model;
  }

  /** Adds the adapter of a layer; the layer keeps what is left of its weight. */
  void add(String module, TensorSource base, AdapterConfig config) throws IOException {
    String name = module + ".weight";
    TensorInfo info = base.info(name);
    int rank = config.rank(module);
    long most = Math.min(info.dim(0), info.dim(1));
    if (rank > most) {
      throw FtpipeException.usage(
          "lora.r is %d for %s, but PiSSA can take no more than %d components of it"
              .formatted(rank, module, most));
    }
    try (NDManager scope = torch.scope();
        TensorCodec codec = new TensorCodec(torch);
        TorchScript script = TorchScript.load(torch, "Pissa", List.of(SOURCE), Map.of())) {
      NDArray weight = codec.read(scope, base, name, DType.F32);
      var parts =
          script.call(
              "start",
              new Arguments(scope)
                  .tensor(weight)
                  .number(rank)
                  .number(config.scale(module))
                  .number(TensorCodec.code(info.dtype())));
      LoraWeights start =
          new LoraWeights(
              rank,
              Math.toIntExact(info.dim(1)),
              Math.toIntExact(info.dim(0)),
              parts.get(0).toFloatArray(),
              parts.get(1).toFloatArray());
      starts.put(module, start);
      model.setLinear(torch, module, parts.get(2));
      model.addAdapter(module, rank, start.a(), start.b(), config.scale(module));
    }
  }

  /** The adapter that does to the whole weight what the trained one does to the rest of it. */
  LoraWeights difference(String module, LoraWeights trained) {
    LoraWeights start = starts.get(module);
    if (start == null) {
      throw new IllegalArgumentException("no start of " + module);
    }
    int rank = trained.rank();
    float[] a = new float[2 * trained.a().length];
    System.arraycopy(trained.a(), 0, a, 0, trained.a().length);
    System.arraycopy(start.a(), 0, a, trained.a().length, start.a().length);
    float[] b = new float[2 * trained.b().length];
    for (int row = 0; row < trained.outputs(); row++) {
      for (int k = 0; k < rank; k++) {
        b[2 * rank * row + k] = trained.b()[rank * row + k];
        b[2 * rank * row + rank + k] = -start.b()[rank * row + k];
      }
    }
    return new LoraWeights(2 * rank, trained.inputs(), trained.outputs(), a, b);
  }
}
