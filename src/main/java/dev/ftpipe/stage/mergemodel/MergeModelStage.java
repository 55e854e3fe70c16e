package dev.ftpipe.stage.mergemodel;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.model.merge.Merger;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.ShardSize;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code merge_model}: model and adapter to a model that needs no adapter. */
public final class MergeModelStage implements StageKind<MergeModelStage.Options> {
  /** Number formats that a model can be written in. */
  public enum Format {
    @JsonProperty("float32")
    FLOAT32(DType.F32),
    @JsonProperty("float16")
    FLOAT16(DType.F16),
    @JsonProperty("bfloat16")
    BFLOAT16(DType.BF16);

    private final DType dtype;

    Format(DType dtype) {
      this.dtype = dtype;
    }
  }

  /**
   * The parameters.
   *
   * @param dtype the base's when empty
   * @param maxShardSize e.g. {@code 5GB}
   */
  public record Options(Optional<Format> dtype, String maxShardSize) {}

  @Override
  public String name() {
    return "merge_model";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Port> inputs() {
    return List.of(Port.required("model"), Port.required("adapter"));
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.required("model"));
  }

  @Override
  public Class<Options> parametersType() {
    return Options.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults("{\"dtype\": null, \"max_shard_size\": \"5GB\"}");
  }

  @Override
  public List<String> problems(Options options, Set<String> inputs, Set<String> outputs) {
    return ShardSize.parse(options.maxShardSize()).isPresent()
        ? List.of()
        : List.of("max_shard_size is '" + options.maxShardSize() + "'; expected a size like 5GB");
  }

  @Override
  public boolean ownProcess() {
    return true;
  }

  @Override
  public void run(StageContext<Options> context) throws IOException, InterruptedException {
    Options options = context.parameters();
    Merger merger =
        new Merger(
            options.dtype().map(format -> format.dtype),
            ShardSize.parse(options.maxShardSize()).orElseThrow());
    merger.merge(
        context.input("model"),
        context.input("adapter"),
        context.display(context.input("adapter")),
        context.output("model"),
        (done, total) -> {
          context.progress(new Progress(done, total, "tensors", ""));
          if (context.stopRequested()) {
            throw new InterruptedException();
          }
        });
  }
}
