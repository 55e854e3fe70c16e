package dev.ftpipe.stage.sanitycheck;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.generate.ChatModel;
import dev.ftpipe.model.generate.SamplingOptions;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** {@code sanity_check}: the same questions to the model before and after fine-tuning. */
public final class SanityCheckStage implements StageKind<SanityCheckStage.Options> {
  /**
   * The parameters.
   *
   * @param temperature 0 takes the likeliest token each time
   * @param minPass share of the expectations that must be met, where given
   */
  public record Options(
      List<Prompt> prompts,
      int maxNewTokens,
      double temperature,
      long seed,
      Optional<Double> minPass) {
    public Options {
      prompts = List.copyOf(prompts);
    }
  }

  @Override
  public String name() {
    return "sanity_check";
  }

  @Override
  public int version() {
    return 3;
  }

  @Override
  public List<Port> inputs() {
    return List.of(
        Port.required("pretrained"), Port.required("finetuned"), Port.optional("prompts"));
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.required("result"), Port.optional("report"));
  }

  @Override
  public Class<Options> parametersType() {
    return Options.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults(
        """
        {"prompts": [], "max_new_tokens": 128, "temperature": 0, "seed": 42, "min_pass": null}
        """);
  }

  @Override
  public List<String> problems(Options options, Set<String> inputs, Set<String> outputs) {
    List<String> problems = new ArrayList<>();
    boolean fromFile = inputs.contains("prompts");
    if (options.prompts().isEmpty() && !fromFile) {
      problems.add("there are no prompts: give them as parameter 'prompts' or input 'prompts'");
    }
    if (options.maxNewTokens() < 1) {
      problems.add("max_new_tokens is " + options.maxNewTokens() + "; it must be 1 or more");
    }
    if (!(options.temperature() >= 0)) {
      problems.add("temperature is " + options.temperature() + "; it must be 0 or more");
    }
    options
        .minPass()
        .filter(minPass -> !(minPass >= 0 && minPass <= 1))
        .ifPresent(minPass -> problems.add("min_pass is " + minPass + "; it must be from 0 to 1"));
    boolean expects = options.prompts().stream().anyMatch(prompt -> prompt.expect().isPresent());
    if (options.minPass().isPresent() && !expects && !fromFile) {
      problems.add("min_pass is given, but no prompt has an 'expect'");
    }
    return problems;
  }

  @Override
  public boolean ownProcess() {
    return true;
  }

  @Override
  public void run(StageContext<Options> context) throws IOException, InterruptedException {
    Options options = context.parameters();
    List<Prompt> prompts = new ArrayList<>();
    for (Path file : context.inputs("prompts")) {
      prompts.addAll(PromptFile.read(file, context.display(file)));
    }
    prompts.addAll(options.prompts());
    List<String> pretrained = answers(context, "pretrained", prompts, 0);
    List<String> finetuned = answers(context, "finetuned", prompts, prompts.size());
    List<Answers> all =
        IntStream.range(0, prompts.size())
            .mapToObj(i -> new Answers(prompts.get(i), pretrained.get(i), finetuned.get(i)))
            .toList();
    ResultFile.write(context.output("result"), all);
    Optional<Path> report = context.optionalOutput("report");
    if (report.isPresent()) {
      AtomicFiles.write(report.get(), Report.markdown(all));
    }
    judge(context, all);
  }

  private static List<String> answers(
      StageContext<Options> context, String port, List<Prompt> prompts, int before)
      throws IOException, InterruptedException {
    Options options = context.parameters();
    var sampling =
        new SamplingOptions(
            options.maxNewTokens(), options.temperature(), OptionalInt.empty(), 1, options.seed());
    Path folder = context.input(port);
    try (ChatModel model = ChatModel.load(folder, context.display(folder), "auto")) {
      return model.answer(
          prompts.stream().map(Prompt::text).toList(),
          sampling,
          (finished, total) -> {
            context.progress(new Progress(before + finished, 2L * total, "answers", port));
            if (context.stopRequested()) {
              throw new InterruptedException();
            }
          });
    }
  }

  private static void judge(StageContext<Options> context, List<Answers> all) {
    List<String> lines = Report.sideBySide(all);
    double minPass = context.parameters().minPass().orElse(0.0);
    if (Answers.share(all) < minPass) {
      throw FtpipeException.pipeline(
          "%s, fewer than min_pass %s asks for:\n%s"
              .formatted(Answers.summary(all), minPass, String.join("\n", lines)));
    }
    lines.forEach(context::log);
    if (Answers.anyExpected(all)) {
      context.log(Answers.summary(all));
    }
  }
}
