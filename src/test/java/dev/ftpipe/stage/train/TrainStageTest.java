package dev.ftpipe.stage.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainStageTest {

  @TempDir Path folder;

  @Test
  void run_promptsAndCompletions_writesAdapterMetricsAndProgress() throws Exception {
    Files.writeString(
        folder.resolve("train.jsonl"),
        """
        {"prompt":"What color is the sky?","completion":"Blue."}
        {"prompt":"Add 3 and 4.","completion":"7"}
        {"prompt":"Say sky twice.","completion":"sky sky"}
        """);
    Context context =
        new Context(
            options(
                """
                {"lora": {"r": 4}, "trainer": {"device": "cpu", "max_steps": 4, "logging_steps": 2,
                 "per_device_train_batch_size": 2, "eval_strategy": "epoch"}}
                """));
    new TrainStage().run(context);
    assertThat(folder.resolve("adapter/adapter_model.safetensors")).exists();
    assertThat(folder.resolve("adapter/adapter_config.json")).exists();
    assertThat(folder.resolve("metrics/metrics.json")).content().contains("\"step\": 4");
    assertThat(folder.resolve("metrics/plots/metrics/train/loss.tsv"))
        .content()
        .startsWith("step\tloss\n2\t");
    assertThat(folder.resolve("metrics/plots/metrics/eval/loss.tsv")).exists();
    assertThat(context.progress).extracting(Progress::done).containsExactly(1L, 2L, 3L, 4L);
    assertThat(context.progress.get(0).detail())
        .matches("loss \\d+\\.\\d{3}  lr 2\\.0e-04  [\\d,]+ tokens/s  \\d+\\.\\d\\d GiB");
    assertThat(context.log)
        .anyMatch(line -> line.matches("trains 8,192 of [\\d,]+ weights \\(.*%\\)"))
        .anyMatch(line -> line.startsWith("4 optimizer steps, 2 an epoch, over 3 examples with"))
        .anyMatch(line -> line.matches("memory: about .* GiB on cpu, .*: it fits"))
        .anyMatch(line -> line.startsWith("of which, in GiB: base "));
  }

  @Test
  void outlook_beforeARun_tellsStepsAndMemory() throws Exception {
    Files.writeString(folder.resolve("train.jsonl"), "{\"input_ids\":[5,6]}\n".repeat(10));
    String some =
        "{\"lora\": {\"r\": 4}, \"trainer\": {\"device\": \"cpu\", \"num_train_epochs\": 2}}";
    assertThat(new TrainStage().outlook(new Context(options(some))))
        .hasSize(4)
        .contains(
            "4 optimizer steps, 2 an epoch, over 10 examples; batches of 8 rows of at most 1,024"
                + " tokens")
        .anyMatch(line -> line.endsWith(": it fits"));
    String huge = "{\"trainer\": {\"device\": \"cpu\", \"per_device_train_batch_size\": 9000000}}";
    assertThat(new TrainStage().outlook(new Context(options(huge))))
        .anyMatch(line -> line.contains("it does not fit; lower trainer.per_device_train_batch"));
  }

  @Test
  void run_templateInAFile_isTheOneThatIsUsed() throws Exception {
    Files.writeString(
        folder.resolve("train.jsonl"),
        "{\"messages\":[{\"role\":\"user\",\"content\":\"sky\"},{\"role\":\"assistant\",\"content\":\"sky\"}]}\n");
    Files.writeString(
        folder.resolve("mine.jinja"),
        "{% for m in messages %}{{ m.content }}, {{ m.content }}{% endfor %}");
    TrainOptions options =
        options("{\"lora\": {\"r\": 4}, \"trainer\": {\"device\": \"cpu\", \"max_steps\": 1}}");
    Context own = new Context(options);
    new TrainStage().run(own);
    Context given = new Context(options);
    given.inputs.put("chat_template", folder.resolve("mine.jinja"));
    new TrainStage().run(given);
    assertThat(given.log.get(0)).startsWith("train.jsonl: 1 examples").isNotEqualTo(own.log.get(0));
    Context builtIn =
        new Context(
            options(
                """
                {"lora": {"r": 4}, "sft": {"chat_template": "chatml"},
                 "trainer": {"device": "cpu", "max_steps": 1}}
                """));
    new TrainStage().run(builtIn);
    assertThat(builtIn.log.get(0)).isNotIn(own.log.get(0), given.log.get(0));
    TrainOptions named = options("{\"sft\": {\"chat_template\": \"chatml\"}}");
    Set<String> inputs = Set.of("model", "train", "chat_template");
    assertThat(new TrainStage().problems(named, inputs, Set.of("adapter")))
        .singleElement()
        .asString()
        .contains("two templates");
  }

  @Test
  void problems_evaluationWithoutVal_namesTheInput() {
    TrainOptions options = options("{\"trainer\": {\"eval_strategy\": \"epoch\"}}");
    assertThat(new TrainStage().problems(options, Set.of("model", "train"), Set.of("adapter")))
        .singleElement()
        .asString()
        .contains("'val'");
  }

  private static TrainOptions options(String json) {
    return Parameters.bind(new TrainStage(), Parameters.defaults(json))
        .bound()
        .orElseThrow()
        .value();
  }

  /** A stage call in a temporary folder. */
  private final class Context implements StageContext<TrainOptions> {
    private final TrainOptions options;
    private final List<String> log = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private final Map<String, Path> inputs =
        new HashMap<>(
            Map.of(
                "model", Fixtures.qlora("tiny-llama"),
                "train", folder.resolve("train.jsonl"),
                "val", folder.resolve("train.jsonl")));

    Context(TrainOptions options) {
      this.options = options;
    }

    @Override
    public TrainOptions parameters() {
      return options;
    }

    @Override
    public List<Path> inputs(String port) {
      return Optional.ofNullable(inputs.get(port)).stream().toList();
    }

    @Override
    public List<String> inputPorts() {
      return List.copyOf(inputs.keySet());
    }

    @Override
    public Fetched fetch(String url, Predicate<String> wanted) {
      throw new AssertionError("nothing is to be fetched");
    }

    @Override
    public Optional<Path> optionalOutput(String port) {
      return Optional.of(folder.resolve(port));
    }

    @Override
    public Path scratch() {
      try {
        return Files.createDirectories(folder.resolve("scratch"));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void progress(Progress now) {
      progress.add(now);
    }

    @Override
    public void log(String line) {
      assertThat(line).isNotBlank();
      log.add(line);
    }

    @Override
    public boolean stopRequested() {
      return false;
    }

    @Override
    public String display(Path path) {
      return path.getFileName().toString();
    }
  }
}
