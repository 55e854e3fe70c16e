package dev.ftpipe.stage.split;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.data.OutputFile;
import dev.ftpipe.data.Permutations;
import dev.ftpipe.data.RecordFile;
import dev.ftpipe.data.RecordShuffle;
import dev.ftpipe.data.SampleSize;
import dev.ftpipe.data.Source;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Shuffles records as Python's {@code random.Random(seed).shuffle} does and gives the first to
 * {@code val}, the rest to {@code train}.
 */
public final class SplitStage implements StageKind<SplitStage.With> {
  /** What the stage is told. */
  public record With(SampleSize valSize, long seed) {}

  @Override
  public String name() {
    return "split";
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
    return List.of(Port.required("train"), Port.required("val"));
  }

  @Override
  public Class<With> parametersType() {
    return With.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults("{\"seed\": 42}");
  }

  @Override
  public void run(StageContext<With> context) throws IOException, InterruptedException {
    Path records = context.input("records");
    With with = context.parameters();
    RecordFile file =
        RecordFile.index(new Source(records, context.display(records)), context::report);
    int count = RecordShuffle.records(file);
    int val = with.valSize.of(count, "val_size", file.name());
    RecordShuffle shuffle = new RecordShuffle(file, Permutations.python(with.seed, count));
    try (OutputFile trainFile = new OutputFile(context.output("train"));
        OutputFile valFile = new OutputFile(context.output("val"))) {
      Path scratch = context.scratch();
      shuffle.write(0, val, valFile, scratch, context::report);
      shuffle.write(val, count, trainFile, scratch, context::report);
      trainFile.commit();
      valFile.commit();
    }
    if (count == 0) {
      context.log(file.name() + " holds no records: both outputs are empty");
    }
    context.log(val + " records to val, " + (count - val) + " to train");
  }
}
