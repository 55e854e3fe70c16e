package dev.ftpipe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ftpipe schema}: the JSON Schema of {@code pipeline.yaml}, for editors. */
@Command(
    name = "schema",
    description = "The JSON Schema of pipeline.yaml, for an editor that checks and completes it.",
    footer = {
      "",
      "First line of pipeline.yaml, for editors with YAML's language server:",
      "  # yaml-language-server: $schema=.ftpipe/pipeline.schema.json",
      "Example: ftpipe schema > .ftpipe/pipeline.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {
  private final Invocation invocation;

  SchemaCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    String text =
        Json.mapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(PipelineSchema.of(invocation.wiring().kinds()));
    invocation.terminal().out().println(text);
    return 0;
  }
}
