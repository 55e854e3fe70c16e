package dev.ftpipe.stage.exportgguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.model.gguf.GgufExport;
import dev.ftpipe.model.gguf.GgufType;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code export_gguf}: a model folder as one GGUF file. */
public final class ExportGgufStage implements StageKind<ExportGgufStage.Options> {
  private static final String MODEL = "model";
  private static final String FILE = "file";

  /**
   * The parameters.
   *
   * @param type of the matrices
   */
  public record Options(GgufType type) {}

  @Override
  public String name() {
    return "export_gguf";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Port> inputs() {
    return List.of(Port.required(MODEL));
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.required(FILE));
  }

  @Override
  public Class<Options> parametersType() {
    return Options.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults("{\"type\": \"f16\"}");
  }

  /** The tokenizer is native code. */
  @Override
  public boolean ownProcess() {
    return true;
  }

  @Override
  public void run(StageContext<Options> context) throws IOException, InterruptedException {
    Path file = context.output(FILE);
    List<String> warnings =
        GgufExport.convert(
            context.input(MODEL),
            file,
            context.parameters().type(),
            (done, total) -> context.report("tensors", done, total));
    warnings.forEach(warning -> context.log("warning: " + warning));
    context.log("%s: %,d bytes".formatted(context.display(file), Files.size(file)));
  }
}
