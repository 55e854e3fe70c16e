package dev.ftpipe.stage.orca;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.data.OnNull;
import dev.ftpipe.data.PairColumns;
import dev.ftpipe.data.ParquetSample;
import dev.ftpipe.data.Permutations;
import dev.ftpipe.data.SampleSize;
import dev.ftpipe.data.Source;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Makes records of OpenOrca's parquet: {@code id, system_prompt, question, response}. */
public final class OrcaStage implements StageKind<OrcaStage.With> {
  /**
   * What the stage is told.
   *
   * @param prompt column of the prompt
   * @param completion column of the completion
   * @param system column of a text before the prompt, with an empty line between; or {@code none}
   */
  public record With(
      SampleSize subsetSize,
      long seed,
      OnNull onNull,
      String prompt,
      String completion,
      String system) {}

  @Override
  public String name() {
    return "orca";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Port> inputs() {
    return List.of(Port.required("records"));
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.required("records"));
  }

  @Override
  public Class<With> parametersType() {
    return With.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults(
        """
        {"subset_size": 1, "seed": 42, "on_null": "error",
         "prompt": "question", "completion": "response", "system": "none"}
        """);
  }

  @Override
  public List<String> problems(With with, Set<String> inputs, Set<String> outputs) {
    return Permutations.numpySeedProblem("seed", with.seed);
  }

  @Override
  public void run(StageContext<With> context) throws IOException, InterruptedException {
    With with = context.parameters();
    PairColumns columns = PairColumns.contextFirst(with.system, with.prompt, with.completion);
    Path records = context.input("records");
    ParquetSample.Outcome outcome =
        new ParquetSample(columns, with.subsetSize, with.seed, with.onNull)
            .write(
                new Source(records, context.display(records)),
                context.output("records"),
                context.scratch(),
                context::report);
    context.log(outcome.summary());
  }
}
