package dev.ftpipe.stage.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.model.chat.ChatFormat;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.sft.Example;
import dev.ftpipe.model.sft.ExampleBuilder;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.sft.TrainerOptions.IntervalStrategy;
import dev.ftpipe.model.text.ChatTemplate;
import dev.ftpipe.model.train.TrainJob;
import dev.ftpipe.model.train.Trainer;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Supervised fine-tuning. The output {@code adapter} is a folder in PEFT's layout; under {@code
 * lora.method: full}, where there is no adapter, it is the whole trained model in Hugging Face
 * layout.
 */
public final class TrainStage implements StageKind<TrainOptions> {
  private static final String MODEL = "model";
  private static final String TRAIN = "train";
  private static final String VAL = "val";
  private static final String ADAPTER = "adapter";
  private static final String TEMPLATE = "chat_template";
  private static final String METRICS = "metrics";

  @Override
  public String name() {
    return "train";
  }

  @Override
  public int version() {
    return 5;
  }

  @Override
  public List<Port> inputs() {
    return List.of(
        Port.required(MODEL),
        Port.required(TRAIN),
        Port.optional(VAL),
        Port.optional(ADAPTER),
        Port.optional(TEMPLATE));
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.required(ADAPTER), Port.optional(METRICS));
  }

  @Override
  public Class<TrainOptions> parametersType() {
    return TrainOptions.class;
  }

  @Override
  public ObjectNode defaults() {
    return TrainOptions.defaults();
  }

  @Override
  public List<String> problems(TrainOptions options, Set<String> inputs, Set<String> outputs) {
    List<String> problems = new ArrayList<>(options.problems());
    if (options.trainer().evalStrategy() != IntervalStrategy.NO && !inputs.contains(VAL)) {
      problems.add("trainer.eval_strategy needs the input 'val'; give it or set it to no");
    }
    if (options.lora().method() == LoraOptions.Method.FULL && inputs.contains(ADAPTER)) {
      problems.add("lora.method full trains the model itself and takes no input 'adapter'");
    }
    if (options.sft().chatTemplate().isPresent() && inputs.contains(TEMPLATE)) {
      problems.add("sft.chat_template and the input 'chat_template' are two templates; give one");
    }
    return problems;
  }

  @Override
  public boolean ownProcess() {
    return true;
  }

  @Override
  public boolean resumes() {
    return true;
  }

  @Override
  public void run(StageContext<TrainOptions> context) throws IOException, InterruptedException {
    TrainOptions options = context.parameters();
    Path model = context.input(MODEL);
    List<Example> train;
    List<Example> validation = List.of();
    int vocabulary = LlamaConfig.read(model).vocabulary();
    try (ChatFormat format = format(context)) {
      train = examples(context, format, vocabulary, context.input(TRAIN));
      Optional<Path> val = context.optionalInput(VAL);
      if (val.isPresent() && options.trainer().evalStrategy() != IntervalStrategy.NO) {
        validation = examples(context, format, vocabulary, val.get());
      }
    }
    // Without the output the curves are still part of a checkpoint.
    Path metrics = context.optionalOutput(METRICS).orElse(context.scratch().resolve(METRICS));
    AtomicFiles.deleteTree(metrics);
    TrainJob job =
        new TrainJob(
            model,
            context.display(model),
            train,
            validation,
            context.optionalInput(ADAPTER),
            context.scratch().resolve("checkpoints"),
            context.output(ADAPTER),
            metrics);
    new Trainer(options, new StageListener(context, options.trainer().loggingSteps()))
        .train(job, context::stopRequested);
  }

  private static ChatFormat format(StageContext<TrainOptions> context) throws IOException {
    Path model = context.input(MODEL);
    Optional<Path> file = context.optionalInput(TEMPLATE);
    return file.isPresent()
        ? ChatFormat.open(model, context.display(model), ChatTemplate.ofFile(file.get()))
        : ChatFormat.open(model, context.display(model), context.parameters().sft().chatTemplate());
  }

  @Override
  public List<String> outlook(StageContext<TrainOptions> context) throws IOException {
    return new TrainOutlook(context, MODEL, TRAIN, ADAPTER).lines();
  }

  private static List<Example> examples(
      StageContext<TrainOptions> context, ChatFormat format, int vocabulary, Path file)
      throws IOException {
    ExampleBuilder builder = new ExampleBuilder(format, context.parameters().sft(), vocabulary);
    List<Example> examples = builder.read(file, context.display(file));
    long tokens = examples.stream().mapToLong(Example::length).sum();
    context.log(
        "%s: %,d examples, %,d tokens".formatted(context.display(file), examples.size(), tokens));
    builder.warnings().forEach(context::log);
    return examples;
  }
}
