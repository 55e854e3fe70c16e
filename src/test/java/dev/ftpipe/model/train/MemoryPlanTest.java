package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside peaks of resident memory that bench/train measured with SmolLM2-135M, r 16, NF4. */
final class MemoryPlanTest {
  @TempDir private Path model;

  @BeforeEach
  void shapesOfSmolLm2() throws Exception {
    Files.writeString(
        model.resolve("config.json"),
        """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 49152,
         "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
         "num_attention_heads": 9, "num_key_value_heads": 3, "rms_norm_eps": 1e-5,
         "rope_theta": 100000, "tie_word_embeddings": true, "torch_dtype": "bfloat16"}
        """);
  }

  private MemoryPlan plan(String options, int rows, int columns, boolean packed) throws Exception {
    TrainOptions bound =
        TestOptions.with(
            "{\"quantization\": {\"bnb_4bit_use_double_quant\": true},"
                + " \"trainer\": {\"device\": \"cpu\"}}",
            options);
    return RunSummary.of(
            bound,
            model,
            Optional.empty(),
            Optional.empty(),
            new MemoryPlan.Widest(rows, columns, packed),
            false)
        .memory();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 512, true, false, 700",
    "4, 512, true, false, 1030",
    "1, 512, false, false, 990",
    "4, 512, false, false, 2425",
    "2, 512, true, true, 799",
    "8, 100, true, false, 713",
    "1, 2048, true, false, 1029",
  })
  void bfloat16_isNearWhatWasMeasured(
      int rows, int columns, boolean checkpointing, boolean packed, int mebibytes)
      throws Exception {
    assumeTrue(Torch.processorHasFastBfloat16(), "needs a processor with bfloat16 arithmetic");
    String options = "{\"trainer\": {\"gradient_checkpointing\": %s}}".formatted(checkpointing);
    assertThat(plan(options, rows, columns, packed).bytes() >> 20)
        .isCloseTo(mebibytes, withinPercentage(10));
  }

  /** Each with another option, in rows of 512. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | {'lora': {'use_dora': true}} | 684",
        "1 | {'lora': {'lora_dropout': 0.05}} | 710",
        "1 | {'sft': {'neftune_noise_alpha': 5}} | 676",
        "1 | {'trainer': {'optim': 'adamw_8bit'}} | 652",
        "1 | {'quantization': {'load_in_4bit': false}} | 1202",
        "1 | {'lora': {'use_dora': true}, 'trainer': {'gradient_checkpointing': false}} | 1802",
        "1 | {'lora': {'lora_dropout': 0.05}, 'trainer': {'gradient_checkpointing': false}} | 1510",
        "4 | {'lora': {'use_dora': true}, 'trainer': {'gradient_checkpointing': false}} | 3421",
        "1 | {'quantization': {'load_in_4bit': false}, 'lora': {'method': 'full'}} | 2955",
        "1 | {'quantization': {'load_in_4bit': false}, 'lora': {'method': 'full'},"
            + " 'trainer': {'gradient_checkpointing': false}} | 3781",
      })
  void options_areNearWhatWasMeasured(int rows, String options, int mebibytes) throws Exception {
    assumeTrue(Torch.processorHasFastBfloat16(), "needs a processor with bfloat16 arithmetic");
    assertThat(plan(options.replace('\'', '"'), rows, 512, false).bytes() >> 20)
        .isCloseTo(mebibytes, withinPercentage(15));
  }

  @ParameterizedTest
  @CsvSource({"1, 512, 865", "4, 512, 1350"})
  void float32_isNearWhatWasMeasured(int rows, int columns, int mebibytes) throws Exception {
    String options = "{\"quantization\": {\"bnb_4bit_compute_dtype\": \"float32\"}}";
    assertThat(plan(options, rows, columns, false).bytes() >> 20)
        .isCloseTo(mebibytes, withinPercentage(10));
  }

  @Test
  void optimizersState_isSmallerInEightBits() throws Exception {
    String eight = "{\"trainer\": {\"optim\": \"adamw_8bit\"}}";
    assertThat(optimizer(plan(eight, 1, 8, false)))
        .isBetween(
            optimizer(plan("{}", 1, 8, false)) / 4, optimizer(plan("{}", 1, 8, false)) * 10 / 32);
  }

  private static long optimizer(MemoryPlan plan) {
    return plan.parts().stream()
        .filter(part -> part.name().equals("optimizer"))
        .mapToLong(MemoryPlan.Part::bytes)
        .sum();
  }
}
