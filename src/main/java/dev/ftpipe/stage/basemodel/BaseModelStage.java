package dev.ftpipe.stage.basemodel;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.gguf.GgufFile;
import dev.ftpipe.model.gguf.GgufImport;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code base_model}: checks a model folder, or makes one from a GGUF file; of the project or of
 * the Hugging Face Hub.
 */
public final class BaseModelStage implements StageKind<BaseModelStage.Options> {
  private static final String MODEL = "model";

  /**
   * The parameters.
   *
   * @param from where the model is fetched from when it is no input: {@code hf://…@REVISION}
   * @param dtype of the tensors; absent for the one they are stored in, or bfloat16 where they are
   *     quantized
   */
  public record Options(Optional<String> from, Optional<Dtype> dtype) {}

  /** The formats that a model can be stored in. */
  public enum Dtype {
    @JsonProperty("float32")
    FLOAT32(DType.F32),
    @JsonProperty("float16")
    FLOAT16(DType.F16),
    @JsonProperty("bfloat16")
    BFLOAT16(DType.BF16);

    private final DType stored;

    Dtype(DType stored) {
      this.stored = stored;
    }
  }

  @Override
  public String name() {
    return "base_model";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Port> inputs() {
    return List.of(Port.optional(MODEL));
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.required(MODEL));
  }

  @Override
  public Class<Options> parametersType() {
    return Options.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults("{\"from\": null, \"dtype\": null}");
  }

  @Override
  public List<String> problems(Options options, Set<String> inputs, Set<String> outputs) {
    List<String> problems = new ArrayList<>();
    if (options.from().isPresent() == inputs.contains(MODEL)) {
      problems.add(
          options.from().isPresent()
              ? "'from' and the input 'model' are two models; give one"
              : "'base_model' needs 'model' in 'in', or 'from' in 'with': hf://ORG/NAME@REVISION");
    }
    options.from().flatMap(HubModel::problem).ifPresent(problems::add);
    return problems;
  }

  /** The tokenizer is native code. */
  @Override
  public boolean ownProcess() {
    return true;
  }

  @Override
  public void run(StageContext<Options> context) throws IOException, InterruptedException {
    Optional<String> from = context.parameters().from();
    Path input = from.isPresent() ? HubModel.fetch(context, from.get()) : context.input(MODEL);
    try {
      convert(context, input);
    } catch (FtpipeException e) {
      throw from.isPresent()
          ? new FtpipeException(e.kind(), from.get() + ": " + e.getMessage(), e)
          : e;
    }
  }

  private static void convert(StageContext<Options> context, Path input)
      throws IOException, InterruptedException {
    Path output = context.output(MODEL);
    Optional<DType> dtype = context.parameters().dtype().map(wanted -> wanted.stored);
    if (Files.isDirectory(input)) {
      ModelFolder folder = ModelFolder.check(input);
      folder.copy(output, dtype, (done, total) -> progress(context, done, total));
    } else if (Files.isRegularFile(input) && isGguf(input)) {
      try (GgufFile file = GgufFile.open(input)) {
        GgufImport.convert(file, output, dtype, (done, total) -> progress(context, done, total));
      }
    } else {
      throw FtpipeException.pipeline(
          context.display(input)
              + (Files.exists(input)
                  ? ": neither a model folder nor a .gguf file"
                  : ": no such file or folder")
              + "; expected a folder with config.json, *.safetensors and tokenizer.json, or a"
              + " .gguf file");
    }
    ModelFolder written = ModelFolder.check(output);
    context.log(context.display(output) + ": " + written.summary());
  }

  private static boolean isGguf(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gguf");
  }

  private static void progress(StageContext<Options> context, int done, int total)
      throws InterruptedException {
    context.progress(new Progress(done, total, "tensors", ""));
    if (context.stopRequested()) {
      throw new InterruptedException("stopped after " + done + " of " + total + " tensors");
    }
  }
}
