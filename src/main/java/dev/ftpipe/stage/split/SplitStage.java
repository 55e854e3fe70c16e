package dev.ftpipe.stage.split;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.data.JsonlRecords;
import dev.ftpipe.data.LineSpool;
import dev.ftpipe.data.Lines;
import dev.ftpipe.data.OutputFile;
import dev.ftpipe.data.Permutations;
import dev.ftpipe.data.SampleSize;
import dev.ftpipe.data.Source;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.Progress;
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
  private static final int MAX_RECORDS = Integer.MAX_VALUE - 8;

  /** What the stage is told. */
  public record With(SampleSize valSize, long seed) {}

  /** How many records a file holds, and their bytes. */
  private record Extent(int records, long bytes) {}

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
    Source source = new Source(records, context.display(records));
    Extent extent = check(source, context);
    With with = context.parameters();
    int val = with.valSize.of(extent.records, "val_size", source.name());
    try (LineSpool spool = new LineSpool(context.scratch(), extent.records, extent.bytes);
        OutputFile trainFile = new OutputFile(context.output("train"));
        OutputFile valFile = new OutputFile(context.output("val"))) {
      fill(spool, source, positions(with.seed, extent.records));
      spool.drain(
          (position, line, offset, length) ->
              (position < val ? valFile : trainFile).line(line, offset, length));
      trainFile.commit();
      valFile.commit();
    }
    if (extent.records == 0) {
      context.log(source.name() + " holds no records: both outputs are empty");
    }
    context.log(val + " records to val, " + (extent.records - val) + " to train");
  }

  private static Extent check(Source source, StageContext<With> context)
      throws IOException, InterruptedException {
    long count = 0;
    long bytes = 0;
    try (JsonlRecords records = new JsonlRecords(source)) {
      while (records.next()) {
        count++;
        bytes += records.line().length();
        if ((count & 0xFFF) == 0) {
          context.progress(new Progress(count, 0, "records", ""));
          if (context.stopRequested()) {
            throw new InterruptedException("stopped at record " + count);
          }
        }
      }
    }
    if (count > MAX_RECORDS) {
      throw FtpipeException.pipeline(
          source.name() + ": " + count + " records; at most " + MAX_RECORDS + " can be shuffled");
    }
    context.progress(new Progress(count, count, "records", ""));
    return new Extent((int) count, bytes);
  }

  /** For each line its place in the shuffled order. */
  private static int[] positions(long seed, int records) {
    int[] order = Permutations.python(seed, records);
    int[] positions = new int[records];
    for (int i = 0; i < records; i++) {
      positions[order[i]] = i;
    }
    return positions;
  }

  private static void fill(LineSpool spool, Source source, int[] positions) throws IOException {
    int index = 0;
    try (Lines lines = new Lines(source)) {
      while (index < positions.length && lines.next()) {
        spool.put(positions[index++], lines.bytes(), lines.offset(), lines.length());
      }
    }
    if (index < positions.length) {
      throw FtpipeException.pipeline(source.name() + ": changed while it was read; run it again");
    }
  }
}
