package dev.ftpipe.stage.platypus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.data.OnNull;
import dev.ftpipe.data.PairColumns;
import dev.ftpipe.data.PairParameters;
import dev.ftpipe.data.ParquetSample;
import dev.ftpipe.data.SampleSize;
import dev.ftpipe.data.Source;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.RecordsStage;
import dev.ftpipe.stage.StageContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Makes records of Open-Platypus parquet: {@code input, output, instruction, data_source}. */
public final class PlatypusStage implements RecordsStage<PlatypusStage.With> {
  /**
   * What the stage is told.
   *
   * @param prompt column of the prompt
   * @param completion column of the completion
   * @param input column of a text after the prompt, with an empty line between; or {@code none}
   */
  public record With(
      SampleSize subsetSize,
      long seed,
      OnNull onNull,
      String prompt,
      String completion,
      String input)
      implements PairParameters {
    @Override
    public PairColumns columns() {
      return PairColumns.contextLast(prompt, input, completion);
    }
  }

  @Override
  public String name() {
    return "platypus";
  }

  @Override
  public int version() {
    return 1;
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
         "prompt": "instruction", "completion": "output", "input": "none"}
        """);
  }

  @Override
  public List<String> problems(With with, Set<String> inputs, Set<String> outputs) {
    return with.problems();
  }

  @Override
  public void run(StageContext<With> context) throws IOException, InterruptedException {
    Path records = context.input(RECORDS);
    Source source = new Source(records, context.display(records));
    ParquetSample.Outcome outcome =
        context
            .parameters()
            .sample()
            .write(source, context.output(RECORDS), context.scratch(), context::report);
    context.log(outcome.summary());
  }
}
