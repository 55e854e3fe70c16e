package dev.ftpipe.stage.train;

import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.sft.TrainerOptions;
import dev.ftpipe.model.train.DeviceRoom;
import dev.ftpipe.model.train.MemoryPlan;
import dev.ftpipe.model.train.RunSummary;
import dev.ftpipe.stage.StageContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A training before it runs, from what is there of its inputs; nothing is tokenized. */
final class TrainOutlook {
  private final StageContext<TrainOptions> context;
  private final Path model;
  private final Path records;
  private final Optional<Path> adapter;

  TrainOutlook(StageContext<TrainOptions> context, String model, String records, String adapter) {
    this.context = context;
    this.model = context.input(model);
    this.records = context.input(records);
    this.adapter = context.optionalInput(adapter);
  }

  List<String> lines() throws IOException {
    for (Path input : Stream.concat(Stream.of(model), adapter.stream()).toList()) {
      if (!Files.isDirectory(input)) {
        return List.of("memory: can be told when " + context.display(input) + " is there");
      }
    }
    TrainOptions options = context.parameters();
    DeviceRoom room = DeviceRoom.of(options.trainer().device());
    int rows = options.trainer().perDeviceTrainBatchSize();
    return RunSummary.of(
            options,
            model,
            adapter,
            length(options),
            new MemoryPlan.Widest(rows, options.sft().maxLength(), options.sft().packing()),
            room.isGpu())
        .lines(room);
  }

  /** Steps by the number of records; how many rows they are packed into is not known yet. */
  private Optional<RunSummary.Length> length(TrainOptions options) throws IOException {
    if (!Files.isRegularFile(records) || options.sft().packing()) {
      return Optional.empty();
    }
    int examples;
    try (Stream<String> lines = Files.lines(records)) {
      examples = Math.toIntExact(lines.filter(line -> !line.isBlank()).count());
    }
    TrainerOptions trainer = options.trainer();
    int batch = trainer.perDeviceTrainBatchSize();
    int micro = (examples + batch - 1) / batch;
    int accumulated = trainer.gradientAccumulationSteps();
    int perEpoch = (micro + accumulated - 1) / accumulated;
    int steps =
        trainer.maxSteps() > 0
            ? trainer.maxSteps()
            : (int) Math.ceil(trainer.numTrainEpochs() * perEpoch);
    return Optional.of(new RunSummary.Length(steps, perEpoch, examples, 0));
  }
}
