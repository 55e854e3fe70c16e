package dev.ftpipe.model.sft;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainOptionsTest {
  private static final class Kind implements StageKind<TrainOptions> {
    @Override
    public String name() {
      return "train";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public List<Port> inputs() {
      return List.of();
    }

    @Override
    public List<Port> outputs() {
      return List.of();
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
    public void run(StageContext<TrainOptions> context) {}
  }

  private static Parameters.Outcome<TrainOptions> bind(String json) throws Exception {
    return Parameters.bind(new Kind(), (ObjectNode) Json.mapper().readTree(json));
  }

  private static TrainOptions options(String json) throws Exception {
    var outcome = bind(json);
    assertThat(outcome.problems()).isEmpty();
    return outcome.bound().orElseThrow().value();
  }

  private static String problem(String json) throws Exception {
    var outcome = bind(json);
    assertThat(outcome.problems()).hasSize(1);
    return outcome.problems().get(0).message();
  }

  @Test
  void defaults_bindAndWork() throws Exception {
    TrainOptions options = options("{}");
    assertThat(options.problems()).isEmpty();
    assertThat(options.lora().scale()).isEqualTo(1.0);
    assertThat(options.sft().chatTemplate()).isEmpty();
    assertThat(options.trainer().evalSteps()).isEmpty();
    assertThat(options.trainer().evalInterval()).isEqualTo(10);
  }

  @Test
  void everyOption_isBoundByItsName() throws Exception {
    TrainOptions options =
        options(
            """
            {"quantization": {"load_in_4bit": false, "bnb_4bit_quant_type": "nf4",
               "bnb_4bit_use_double_quant": true, "bnb_4bit_compute_dtype": "float32"},
             "lora": {"r": 64, "lora_alpha": 16, "use_rslora": true, "init_lora_weights": "gaussian",
               "target_modules": ["q_proj", "v_proj"]},
             "sft": {"chat_template": "chatml", "max_length": 128},
             "trainer": {"eval_steps": 5, "save_steps": 10, "eval_strategy": "steps",
               "load_best_model_at_end": true, "optim": "paged_adamw_32bit", "num_train_epochs": 0.5,
               "lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": {"power": 2},
               "warmup_ratio": 0.03, "seed": 7}}
            """);
    assertThat(options.problems()).isEmpty();
    assertThat(options.lora().scale()).isEqualTo(2.0);
    assertThat(options.lora().targetModules().matches("model.layers.0.self_attn.q_proj")).isTrue();
    assertThat(options.lora().targetModules().matches("model.layers.0.self_attn.k_proj")).isFalse();
    assertThat(options.sft().chatTemplate()).contains("chatml");
    assertThat(options.trainer().evalSteps()).contains(5);
    assertThat(options.trainer().warmup(100)).isEqualTo(3);
  }

  @Test
  void targetModules_readsTextListAndExpression() throws Exception {
    var all = options("{}").lora().targetModules();
    assertThat(all.matches("model.layers.0.mlp.up_proj")).isTrue();
    assertThat(all.matches("lm_head")).isFalse();
    var some = options("{\"lora\": {\"target_modules\": \".*layers\\\\.1\\\\..*\"}}");
    assertThat(some.lora().targetModules().matches("model.layers.1.mlp.up_proj")).isTrue();
    assertThat(some.lora().targetModules().matches("model.layers.0.mlp.up_proj")).isFalse();
  }

  @Test
  void whatCannotWork_isNamed() throws Exception {
    TrainOptions options =
        options(
            """
            {"lora": {"r": 0, "use_dora": true, "bias": "some", "rank_pattern": {"q_proj": 0},
               "alpha_pattern": {"(": 2}, "target_modules": ".*q_proj", "layers_to_transform": [-1],
               "init_lora_weights": "pissa"},
             "sft": {"packing": true, "group_by_length": true, "neftune_noise_alpha": -5},
             "trainer": {"eval_strategy": "steps", "eval_steps": 7, "save_steps": 10,
               "load_best_model_at_end": true, "device": "tpu",
               "lr_scheduler_kwargs": {"num_cycle": 2}, "num_devices": 2, "learning_rate": 0}}
            """);
    assertThat(options.problems())
        .containsExactlyInAnyOrder(
            "lora.r is 0; it must be 1 or more",
            "lora.bias is 'some'; it must be none, all or lora_only",
            "lora.rank_pattern.q_proj is 0; it must be 1 or more",
            "lora.alpha_pattern has '(', which is not a regular expression: Unclosed group",
            "lora.layers_to_transform does not go with a regular expression in target_modules,"
                + " which can name layers itself",
            "lora.layers_to_transform is -1; it must be 0 or more",
            "lora.use_dora does not go with init_lora_weights: pissa; choose one of the two",
            "sft.group_by_length has no meaning with packing; set one of the two",
            "sft.neftune_noise_alpha is -5; it must be 0 or more",
            "trainer.learning_rate is 0; it must be above 0",
            "trainer.lr_scheduler_kwargs has 'num_cycle', which linear does not take; it takes"
                + " none",
            "trainer.save_steps is 10, which is not a multiple of eval_steps, 7:"
                + " load_best_model_at_end needs it",
            "trainer.device is 'tpu'; it must be auto, cpu or cuda:0",
            "trainer.num_devices is 2; a run uses one device: keep it at 1 and set"
                + " gradient_accumulation_steps to 2, which gives the same weights");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "quantization | {'bnb_4bit_compute_dtype': 'float16'} | is float16, whose small range",
        "quantization | {'blocksize': 48} | blocksize is 48; it must be 32, 64",
        "lora | {'lora_alpha': 0} | lora_alpha is 0; it must be above 0",
        "lora | {'lora_dropout': 1} | lora_dropout is 1; it must be 0 or more and below 1",
        "lora | {'target_modules': []} | target_modules names no module",
        "lora | {'modules_to_save': ['(']} | modules_to_save has '(', which is not a regular",
        "sft | {'max_length': 1} | max_length is 1; it must be 2 or more",
        "sft | {'chat_template': 'llama4'} | chat_template is 'llama4'; it must be llama2",
        "sft | {'group_by_length': true, 'shuffle': false} | which shuffle: false forbids",
        "trainer | {'num_train_epochs': 0} | num_train_epochs is 0; it must be above 0",
        "trainer | {'per_device_train_batch_size': 0} | train_batch_size is 0; it must be 1",
        "trainer | {'per_device_eval_batch_size': 0} | eval_batch_size is 0; it must be 1",
        "trainer | {'gradient_accumulation_steps': 0} | accumulation_steps is 0; it must be 1",
        "trainer | {'warmup_ratio': 2} | warmup_ratio is 2.0; it must be from 0 to 1",
        "trainer | {'warmup_steps': -1} | warmup_steps is -1; it must be 0 or more",
        "trainer | {'weight_decay': -1} | weight_decay is -1; it must be 0 or more",
        "trainer | {'adam_beta1': 1} | adam_beta1 is 1; it must be 0 or more and below 1",
        "trainer | {'adam_beta2': 1} | adam_beta2 is 1; it must be 0 or more and below 1",
        "trainer | {'adam_epsilon': 0} | adam_epsilon is 0; it must be above 0",
        "trainer | {'max_grad_norm': -1} | max_grad_norm is -1; it must be 0 or more",
        "trainer | {'logging_steps': 0, 'eval_steps': 1} | logging_steps is 0; it must be 1",
        "trainer | {'save_steps': 0} | save_steps is 0; it must be 1 or more",
        "trainer | {'save_total_limit': 0} | save_total_limit is 0; it must be 1 or more",
        "trainer | {'metric_for_best_model': 'bleu'} | is 'bleu'; it must be eval_loss or loss",
        "trainer | {'early_stopping_patience': 2} | early_stopping_patience needs an eval_strategy",
        "trainer | {'load_best_model_at_end': true} | load_best_model_at_end needs an eval_strategy",
        "trainer | {'device': 'tpu'} | device is 'tpu'; it must be auto, cpu or cuda:0",
        "trainer | {'num_devices': 2} | num_devices is 2; a run uses one device"
      })
  void oneThatCannotWork_isRefusedWithAReason(String group, String given, String reason)
      throws Exception {
    assertThat(options("{\"%s\": %s}".formatted(group, given.replace('\'', '"'))).problems())
        .singleElement()
        .asString()
        .startsWith(group + ".")
        .contains(reason);
  }

  @Test
  void fullTrainingOfFourBitWeights_isRefused() throws Exception {
    assertThat(options("{\"lora\": {\"method\": \"full\"}}").problems())
        .singleElement()
        .asString()
        .contains("quantization.load_in_4bit");
    assertThat(
            options(
                    """
                    {"lora": {"method": "full"}, "quantization": {"load_in_4bit": false}}
                    """)
                .problems())
        .isEmpty();
  }

  @Test
  void wrongTypes_sayWhatIsExpected() throws Exception {
    assertThat(problem("{\"trainer\": {\"lr_scheduler_type\": \"cosin\"}}"))
        .contains("trainer.lr_scheduler_type", "cosine", "linear");
    assertThat(problem("{\"lora\": {\"rank\": 3}}")).contains("unknown parameter 'rank'");
    assertThat(problem("{\"lora\": {\"target_modules\": 3}}"))
        .contains("lora.target_modules", "all-linear");
    assertThat(problem("{\"lora\": {\"target_modules\": \"(\"}}")).contains("lora.target_modules");
    assertThat(problem("{\"lora\": {\"init_lora_weights\": \"x\"}}")).contains("gaussian");
    assertThat(problem("{\"trainer\": {\"eval_steps\": \"x\"}}")).contains("trainer.eval_steps");
  }
}
