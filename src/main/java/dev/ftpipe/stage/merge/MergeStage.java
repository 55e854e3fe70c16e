package dev.ftpipe.stage.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.data.OutputFile;
import dev.ftpipe.data.RecordCopy;
import dev.ftpipe.data.RecordFile;
import dev.ftpipe.data.Source;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Concatenates, for each output, the list of record files of the input of the same name. */
public final class MergeStage implements StageKind<MergeStage.With> {
  /** The stage is told nothing. */
  public record With() {}

  @Override
  public String name() {
    return "merge";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Port> inputs() {
    return List.of(Port.anyLists());
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.any());
  }

  @Override
  public Class<With> parametersType() {
    return With.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults("{}");
  }

  @Override
  public List<String> problems(With with, Set<String> inputs, Set<String> outputs) {
    List<String> problems = new ArrayList<>();
    if (inputs.isEmpty() && outputs.isEmpty()) {
      problems.add("merge needs at least one input list and an output of the same name");
    }
    for (String input : inputs) {
      if (!outputs.contains(input)) {
        problems.add("input '" + input + "' has no output of the same name");
      }
    }
    for (String output : outputs) {
      if (!inputs.contains(output)) {
        problems.add("output '" + output + "' has no input list of the same name");
      }
    }
    return problems;
  }

  @Override
  public void run(StageContext<With> context) throws IOException, InterruptedException {
    try (Outputs outputs = new Outputs()) {
      for (String port : context.inputPorts()) {
        OutputFile out = outputs.open(context.output(port));
        long records = 0;
        long end = 0;
        for (Path path : context.inputs(port)) {
          Source source = new Source(path, context.display(path));
          RecordFile file = RecordFile.check(source, context::report);
          end = new RecordCopy(file).write(out, end, context::report);
          records += file.records();
        }
        context.log(port + ": " + records + " records");
      }
      outputs.commit();
    }
  }

  /** All outputs appear together at the end, or none does. */
  private static final class Outputs implements Closeable {
    private final List<OutputFile> files = new ArrayList<>();

    OutputFile open(Path path) throws IOException {
      OutputFile file = new OutputFile(path);
      files.add(file);
      return file;
    }

    void commit() throws IOException {
      for (OutputFile file : files) {
        file.commit();
      }
    }

    @Override
    public void close() throws IOException {
      for (OutputFile file : files) {
        file.close();
      }
    }
  }
}
