package dev.ftpipe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ftpipe schema}: the JSON Schemas of the files that people write, for editors. */
@Command(
    name = "schema",
    description =
        "The JSON Schema of pipeline.yaml, params.yaml or a launched task: an editor checks and "
            + "completes by it.",
    footer = {
      "",
      "First line of pipeline.yaml, for editors with YAML's language server:",
      "  # yaml-language-server: $schema=.ftpipe/pipeline.schema.json",
      "Example: ftpipe schema > .ftpipe/pipeline.schema.json",
      "Example: ftpipe schema params > .ftpipe/params.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {
  /** What it is the schema of. */
  enum File {
    pipeline,
    params,
    task
  }

  private final Invocation invocation;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "pipeline")
  private File file = File.pipeline;

  SchemaCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    JsonNode schema =
        file == File.pipeline
            ? PipelineSchema.of(invocation.wiring().kinds())
            : PipelineSchema.read(file.name());
    String text = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(schema);
    invocation.terminal().out().println(text);
    return 0;
  }
}
