package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.sft.Example;
import dev.ftpipe.model.sft.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An option that is set gives another result than one that is not: none is ignored. */
final class OptionsMatterTest {
  private static final String BASE =
      """
      {"trainer": {"device": "cpu", "max_steps": 4, "learning_rate": 1e-2, "logging_steps": 1,
                   "per_device_train_batch_size": 4},
       "quantization": {"bnb_4bit_compute_dtype": "float32"}, "lora": {"r": 64}}
      """;

  @TempDir static Path temporary;

  private static final Path TINY = Fixtures.qlora("tiny-llama");

  private static String plain = "";

  @BeforeAll
  static void runPlain() throws Exception {
    plain = run(TINY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'quantization': {'load_in_4bit': false}}",
        "{'quantization': {'bnb_4bit_quant_type': 'fp4'}}",
        "{'quantization': {'bnb_4bit_use_double_quant': true}}",
        "{'quantization': {'blocksize': 128}}",
        "{'lora': {'r': 8}}",
        "{'lora': {'lora_alpha': 32}}",
        "{'lora': {'lora_dropout': 0.5}}",
        "{'lora': {'target_modules': ['q_proj', 'v_proj']}}",
        "{'lora': {'target_modules': '.*layers.1.*'}}",
        "{'lora': {'use_rslora': true}}",
        "{'lora': {'use_dora': true}}",
        "{'lora': {'modules_to_save': ['lm_head']}}",
        "{'lora': {'rank_pattern': {'q_proj': 2}}}",
        "{'lora': {'alpha_pattern': {'q_proj': 2}}}",
        "{'lora': {'layers_to_transform': [1]}}",
        "{'lora': {'init_lora_weights': 'gaussian'}}",
        "{'sft': {'group_by_length': true}}",
        "{'sft': {'neftune_noise_alpha': 5}}",
        "{'sft': {'shuffle': false}}",
        "{'trainer': {'max_steps': 3}}",
        "{'trainer': {'max_steps': -1, 'num_train_epochs': 0.3}}",
        "{'trainer': {'per_device_train_batch_size': 2}}",
        "{'trainer': {'gradient_accumulation_steps': 2}}",
        "{'trainer': {'learning_rate': 2e-2}}",
        "{'trainer': {'lr_scheduler_type': 'cosine'}}",
        "{'trainer': {'warmup_ratio': 0.5}}",
        "{'trainer': {'warmup_steps': 1}}",
        "{'trainer': {'weight_decay': 0.5}}",
        "{'trainer': {'adam_beta1': 0.5}}",
        "{'trainer': {'adam_beta2': 0.5}}",
        "{'trainer': {'adam_epsilon': 1e-2}}",
        "{'trainer': {'max_grad_norm': 0.01}}",
        "{'trainer': {'optim': 'adamw_8bit'}}",
        "{'trainer': {'optim': 'paged_adamw_8bit'}}",
        "{'lora': {'modules_to_save': ['norm']}}",
        "{'trainer': {'seed': 7}}",
        "{'trainer': {'logging_steps': 2}}",
        "{'trainer': {'eval_strategy': 'steps'}}",
        "{'trainer': {'save_steps': 1}}"
      })
  void option_whenSet_changesTheResult(String option) throws Exception {
    assertThat(run(TINY, option)).isNotEqualTo(plain);
  }

  /** What means something only beside another option is compared with that one alone. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'lora': {'r': 16}} | {'lora': {'init_lora_weights': 'pissa'}}",
        "{'quantization': {'load_in_4bit': false}} | {'lora': {'method': 'full'}}",
        "{'sft': {'max_length': 64}} | {'sft': {'packing': true}}",
        "{'sft': {'packing': true}} | {'sft': {'max_length': 64}}",
        "{'trainer': {'lr_scheduler_type': 'polynomial'}}"
            + " | {'trainer': {'lr_scheduler_kwargs': {'power': 2}}}",
        "{'trainer': {'lr_scheduler_type': 'polynomial'}}"
            + " | {'trainer': {'lr_scheduler_kwargs': {'lr_end': 0.001}}}",
        "{'trainer': {'lr_scheduler_type': 'cosine_with_restarts'}}"
            + " | {'trainer': {'lr_scheduler_kwargs': {'num_cycles': 2}}}",
        "{'trainer': {'eval_strategy': 'steps'}} | {'trainer': {'eval_steps': 2}}",
        "{'trainer': {'eval_strategy': 'steps'}} | {'trainer': {'eval_strategy': 'epoch'}}",
        "{'trainer': {'eval_strategy': 'steps'}} | {'trainer': {'per_device_eval_batch_size': 1}}",
        "{'trainer': {'save_steps': 1}} | {'trainer': {'save_strategy': 'no'}}",
        "{'trainer': {'save_steps': 1}} | {'trainer': {'save_strategy': 'epoch'}}",
        "{'trainer': {'save_steps': 1}} | {'trainer': {'save_total_limit': 2}}",
        "{'trainer': {'save_steps': 1, 'eval_strategy': 'steps', 'learning_rate': 0.5}}"
            + " | {'trainer': {'load_best_model_at_end': true}}",
        "{'trainer': {'max_steps': 12, 'eval_strategy': 'steps', 'learning_rate': 0.5}}"
            + " | {'trainer': {'early_stopping_patience': 1}}"
      })
  void option_besideOthers_changesTheResult(String others, String option) throws Exception {
    assertThat(run(TINY, others, option)).isNotEqualTo(run(TINY, others));
  }

  /** Biases are trained where the model has some. */
  @Test
  void bias_trainsThoseOfTheModel() throws Exception {
    Path biased = Path.of("src/test/resources/architectures/qwen3_biases");
    String none = run(biased, "{'lora': {'target_modules': ['q_proj']}}");
    String all = run(biased, "{'lora': {'bias': 'all', 'target_modules': ['q_proj']}}");
    String some = run(biased, "{'lora': {'bias': 'lora_only', 'target_modules': ['q_proj']}}");
    assertThat(Set.of(none, all, some)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'trainer': {'optim': 'paged_adamw_32bit'}}",
        "{'trainer': {'per_device_eval_batch_size': 1}}",
        "{'sft': {'completion_only_loss': false}}"
      })
  void option_thatIsAboutMemoryOrText_changesNothingHere(String option) throws Exception {
    assertThat(run(TINY, option)).isEqualTo(plain);
  }

  /** The weights, checkpoints and metrics of a run, by name, with the hash of their bytes. */
  private static String run(Path model, String... given) throws Exception {
    String[] all = Stream.concat(Stream.of(BASE), Arrays.stream(given)).toArray(String[]::new);
    TrainOptions options =
        TestOptions.with(
            Arrays.stream(all).map(each -> each.replace('\'', '"')).toArray(String[]::new));
    Path folder = temporary.resolve("run");
    AtomicFiles.deleteTree(folder);
    TrainJob job =
        new TrainJob(
            model,
            "tiny",
            examples(1, 23),
            examples(2, 5),
            Optional.empty(),
            folder.resolve("checkpoints"),
            folder.resolve("output"),
            folder.resolve("metrics"));
    new Trainer(options, new Silent()).train(job, () -> false);
    StringBuilder result = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(OptionsMatterTest::counts).sorted().toList()) {
        result.append(folder.relativize(file)).append(' ');
        result.append(Arrays.hashCode(Files.readAllBytes(file))).append('\n');
      }
    }
    return result.toString();
  }

  /** The configuration of an adapter repeats what was asked for, whether or not it was heeded. */
  private static boolean counts(Path file) {
    return Files.isRegularFile(file) && !file.endsWith("adapter_config.json");
  }

  private static List<Example> examples(long seed, int count) throws IOException {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] ids = random.longs(5 + random.nextInt(12), 20, 90).toArray();
      examples.add(new Example(ids, ids.clone()));
    }
    return examples;
  }

  /** Hears nothing. */
  private static final class Silent implements TrainListener {
    @Override
    public void stepped(Step step) {}

    @Override
    public void evaluated(int step, double loss) {}

    @Override
    public void saved(int step, List<Path> folders) {}

    @Override
    public void message(String line) {}
  }
}
