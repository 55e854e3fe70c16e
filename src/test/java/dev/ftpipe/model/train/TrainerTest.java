package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.sft.Example;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.tensor.ModelTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainerTest {
  private static final String FULL =
      """
      {"quantization": {"load_in_4bit": false}, "lora": {"method": "full"},
       "trainer": {"device": "cpu", "max_steps": 12, "learning_rate": 1e-3, "logging_steps": 2,
                   "per_device_train_batch_size": 4, "eval_strategy": "steps", "eval_steps": 4,
                   "save_steps": 4, "load_best_model_at_end": true}}
      """;
  private static final String LORA =
      """
      {"quantization": {"bnb_4bit_compute_dtype": "float32"}, "lora": {"lora_dropout": 0.1},
       "trainer": {"device": "cpu", "max_steps": 12, "learning_rate": 1e-2, "logging_steps": 3,
                   "per_device_train_batch_size": 4, "gradient_accumulation_steps": 2,
                   "save_steps": 5}}
      """;

  private static final String EIGHT_BIT =
      """
      {"lora": {"r": 64, "use_dora": true, "modules_to_save": ["lm_head"]},
       "sft": {"packing": true, "max_length": 64, "neftune_noise_alpha": 5},
       "trainer": {"device": "cpu", "max_steps": 9, "learning_rate": 1e-3, "optim": "adamw_8bit",
                   "per_device_train_batch_size": 1, "save_steps": 4}}
      """;

  @TempDir Path temporary;

  private String model = "tiny-llama";

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-tied"})
  void train_full_movesEveryWeightAndWritesAModel(String base) throws Exception {
    model = base;
    Recorder recorder = run(FULL, "full", Integer.MAX_VALUE);
    assertThat(recorder.losses.get(11)).isLessThan(0.9 * recorder.losses.get(0));
    assertThat(recorder.evaluations).hasSize(3);
    Path output = temporary.resolve("full/output");
    assertThat(output.resolve("tokenizer.json")).exists();
    LlamaConfig config = LlamaConfig.read(output);
    try (ModelTensors before = ModelTensors.open(Fixtures.qlora(model));
        ModelTensors after = ModelTensors.open(output)) {
      assertThat(after.names()).containsExactlyElementsOf(config.weights().keySet());
      for (String name : after.names()) {
        assertThat(after.info(name).dtype()).isEqualTo(before.info(name).dtype());
        assertThat(after.bytes(name)).as(name).isNotEqualTo(before.bytes(name));
      }
    }
  }

  private static final String PATIENT =
      """
      {"quantization": {"load_in_4bit": false},
       "trainer": {"device": "cpu", "max_steps": 60, "learning_rate": 0.3,
                   "lr_scheduler_type": "constant",
                   "eval_strategy": "steps", "eval_steps": 3, "save_steps": 3,
                   "load_best_model_at_end": true, "early_stopping_patience": 3}}
      """;

  @Test
  void train_patient_stopsAfterThatManyEvaluationsWithoutABetterOne() throws Exception {
    Recorder recorder = run(PATIENT, "patient", Integer.MAX_VALUE);
    List<Double> evaluations = recorder.evaluations;
    int best = evaluations.indexOf(java.util.Collections.min(evaluations));
    assertThat(evaluations).hasSize(best + 4).hasSizeLessThan(20);
    assertThat(recorder.losses).hasSize(3 * evaluations.size());
    assertThat(recorder.messages).anyMatch(line -> line.contains("not been better for 3"));
    assertThat(recorder.checkpoints).as("the best and the newest").hasSize(2);
    assertThat(recorder.checkpoints).allMatch(Files::isDirectory);
  }

  @ParameterizedTest
  @ValueSource(strings = {FULL, LORA, EIGHT_BIT, PATIENT})
  void train_stoppedAndResumed_givesTheSameBytes(String options) throws Exception {
    run(options, "whole", Integer.MAX_VALUE);
    for (int stopAfter : new int[] {3, 7}) {
      assertThatThrownBy(() -> run(options, "cut", stopAfter))
          .isInstanceOf(InterruptedException.class);
    }
    run(options, "cut", Integer.MAX_VALUE);
    for (String part : List.of("output", "metrics")) {
      Path whole = temporary.resolve("whole").resolve(part);
      for (Path file : files(whole)) {
        Path other = temporary.resolve("cut").resolve(part).resolve(whole.relativize(file));
        assertThat(other).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void train_lossNotFinite_stopsAndKeepsTheCheckpoint() {
    String options =
        """
        {"quantization": {"load_in_4bit": false},
         "trainer": {"device": "cpu", "max_steps": 30, "learning_rate": 1e30, "save_steps": 1,
                     "max_grad_norm": 0}}
        """;
    assertThatThrownBy(() -> run(options, "wild", Integer.MAX_VALUE))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("the loss is")
        .hasMessageContaining("learning_rate");
    assertThat(temporary.resolve("wild/checkpoints/checkpoint-1/state.safetensors")).exists();
  }

  private Recorder run(String options, String name, int stopAfter)
      throws IOException, InterruptedException {
    TrainOptions bound = TestOptions.with(options);
    boolean evaluates = bound.trainer().evalStrategy().name().equals("STEPS");
    Path folder = temporary.resolve(name);
    Recorder recorder = new Recorder();
    AtomicFiles.deleteTree(folder.resolve("metrics"));
    TrainJob job =
        new TrainJob(
            Fixtures.qlora(model),
            "tiny",
            examples(1, 23),
            evaluates ? examples(2, 6) : List.of(),
            Optional.empty(),
            folder.resolve("checkpoints"),
            folder.resolve("output"),
            folder.resolve("metrics"));
    new Trainer(bound, recorder).train(job, () -> recorder.last >= stopAfter);
    return recorder;
  }

  /** Sentences of a small language: a first token, then each the last plus one. */
  private static List<Example> examples(long seed, int count) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] ids = new long[5 + random.nextInt(12)];
      long first = random.nextLong(20, 70);
      for (int t = 0; t < ids.length; t++) {
        ids[t] = first + t;
      }
      long[] labels = ids.clone();
      labels[0] = Example.MASKED;
      examples.add(new Example(ids, labels));
    }
    return examples;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files = all.filter(Files::isRegularFile).toList();
      assertThat(files).isNotEmpty();
      return files;
    }
  }

  /** Keeps what the trainer tells. */
  private static final class Recorder implements TrainListener {
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> evaluations = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private int last;
    private List<Path> checkpoints = List.of();

    @Override
    public void stepped(Step step) {
      losses.add(step.loss());
      last = step.step();
    }

    @Override
    public void evaluated(int step, double loss) {
      evaluations.add(loss);
    }

    @Override
    public void saved(int step, List<Path> folders) {
      checkpoints = folders;
    }

    @Override
    public void message(String line) {
      messages.add(line);
    }
  }
}
