package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.llama.WeightFormat;
import dev.ftpipe.model.quant.CpuKernelBase;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.sft.Batch;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Twenty optimizer steps against Transformers, PEFT and bitsandbytes. */
final class TrajectoryTest {
  private static final String PREFIX = "base_model.model.";

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "lora_f32, true",
    "lora_f32, false",
    "lora_qv, true",
    "lora_b_nonzero, true",
    "lora_clip_small, true",
    "lora_no_clip, true",
    "lora_weight_decay, true",
    "lora_rslora, true",
    "lora_patterns, true",
    "lora_modules_to_save, true",
    "lora_modules_to_save, false",
    "lora_dora, true",
    "lora_dora, false",
    "qlora_dora, true",
    "qlora_adamw8bit_r64, true",
    "qlora_nf4, true",
    "qlora_nf4, false",
    "qlora_nf4_double, true",
    "qlora_completion_only, true",
    "qlora_packed, true",
    "qlora_packed, false",
    "qlora_accumulate2_clip1, true",
    "tied_lora_f32, true",
  })
  void twentySteps_equalPythons(String name, boolean checkpointing) throws IOException {
    JsonNode expected = expected(name);
    try (Torch torch = Torch.open("cpu");
        LlamaModel model =
            LlamaModel.load(
                torch,
                Fixtures.qlora(expected.get("base").asText()),
                modelOptions(expected.get("nf4").asText(), checkpointing))) {
      check(torch, model, Fixtures.qlora(expected.get("base").asText()), name, expected);
    }
  }

  @Test
  void twentySteps_baseOfTheCpuKernel_equalPythons() throws IOException {
    String name = "tied_qlora_double";
    JsonNode expected = expected(name);
    try (Torch torch = Torch.open("cpu")) {
      Path base = Fixtures.qlora(expected.get("base").asText());
      Path folder = CpuKernelBase.write(torch, base, true, temporary.resolve("base"));
      try (LlamaModel model = LlamaModel.load(torch, folder, modelOptions("null", true))) {
        check(torch, model, folder, name, expected);
      }
    }
  }

  private static JsonNode expected(String name) throws IOException {
    Path folder = Fixtures.qlora("trajectories/" + name);
    return Json.mapper().readTree(folder.resolve("trajectory.json").toFile());
  }

  private void check(Torch torch, LlamaModel model, Path base, String name, JsonNode expected)
      throws IOException {
    JsonNode settings = expected.get("settings");
    TrainOptions options =
        TestOptions.with(
            """
            {"trainer": {"max_grad_norm": %s, "weight_decay": %s,
             "adam_beta1": %s, "adam_beta2": %s, "adam_epsilon": %s, "optim": "%s"}}
            """
                .formatted(
                    settings.get("clip").isNull() ? 0 : settings.get("clip"),
                    settings.get("wd"),
                    settings.get("betas").get(0),
                    settings.get("betas").get(1),
                    settings.get("eps"),
                    settings.path("optimizer").asText("adamw_torch")));
    // A gradient's last bit can decide a code of 8 bits: right programs are up to half of this
    // apart.
    boolean rounded = settings.has("optimizer");
    try (SafetensorsFile batches = file(expected.get("batches").asText())) {
      TrainedAdapter adapter =
          new AdapterStart(torch, model, base).existing(start(name, expected), name);
      SortedSet<String> trained = adapter.names();
      try (Optimizer optimizer = Optimizer.of(torch, model.weights(), trained, options.trainer())) {
        TrainStep step = new TrainStep(torch, model, optimizer, 42);
        int accumulate = settings.get("ga").asInt();
        for (int i = 0; i < expected.get("loss").size(); i++) {
          List<Batch> micro = new ArrayList<>();
          for (int j = 0; j < accumulate; j++) {
            micro.add(batch(batches, i * accumulate + j));
          }
          StepResult result = step.run(i, micro, expected.get("lr").get(i).asDouble());
          double loss = expected.get("loss").get(i).asDouble();
          double norm = expected.get("grad_norm").get(i).asDouble();
          assertThat(result.loss())
              .as("loss of step %d", i)
              .isCloseTo(loss, within(rounded ? 1e-4 : 2e-5));
          assertThat(result.gradientNorm())
              .as("gradient norm of step %d", i)
              .isCloseTo(norm, within((rounded ? 1e-3 : 1e-5) * norm));
        }
      }
      compareWeights(model, Fixtures.qlora("trajectories/" + name), trained, rounded ? 1e-5 : 1e-6);
    }
  }

  /** Adam divides by the root of v, so a gradient near 0 has a free sign: the mean is compared. */
  private static void compareWeights(
      LlamaModel model, Path folder, SortedSet<String> trained, double mean) throws IOException {
    try (SafetensorsFile adapter =
        SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
      for (String name : trained) {
        float[] found = model.weight(name).toFloatArray();
        float[] wanted = adapter.floats(PREFIX + name);
        double sum = 0;
        for (int i = 0; i < wanted.length; i++) {
          assertThat((double) found[i]).isCloseTo(wanted[i], within(1e3 * mean));
          sum += Math.abs(found[i] - wanted[i]);
        }
        assertThat(sum / wanted.length).isLessThan(mean);
      }
    }
  }

  private static LlamaOptions modelOptions(String nf4, boolean checkpointing) {
    WeightFormat weights =
        nf4.equals("null")
            ? WeightFormat.plain(DType.F32)
            : WeightFormat.nf4(DType.F32, new Nf4Format(64, nf4.equals("double")));
    return new LlamaOptions(weights, DType.F32, checkpointing, 0);
  }

  /** The adapter that a trajectory begins with, as a folder in PEFT's layout. */
  private Path start(String name, JsonNode expected) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("start"));
    Files.copy(
        Fixtures.qlora("trajectories/" + name + "/adapter_config.json"),
        folder.resolve("adapter_config.json"));
    Files.copy(
        Fixtures.qlora("trajectories/" + expected.get("init").asText()),
        folder.resolve("adapter_model.safetensors"));
    return folder;
  }

  private static Batch batch(SafetensorsFile file, int step) {
    int rows = (int) file.info("ids").dim(1);
    int columns = (int) file.info("ids").dim(2);
    boolean packed = file.find("seq").isPresent();
    long[] sequences;
    long[] positions;
    if (packed) {
      sequences = slice(file, "seq", step);
      positions = slice(file, "pos", step);
    } else {
      sequences = Arrays.stream(slice(file, "mask", step)).map(mask -> mask - 1).toArray();
      positions = new long[rows * columns];
      for (int i = 0; i < positions.length; i++) {
        positions[i] = i % columns;
      }
    }
    return new Batch(
        rows, columns, slice(file, "ids", step), slice(file, "labels", step), positions, sequences);
  }

  private static long[] slice(SafetensorsFile file, String name, int step) {
    int size = (int) (file.info(name).dim(1) * file.info(name).dim(2));
    LongBuffer values = file.bytes(name).asLongBuffer();
    long[] slice = new long[size];
    values.get(step * size, slice);
    return slice;
  }

  private static SafetensorsFile file(String name) throws IOException {
    return SafetensorsFile.open(Fixtures.qlora("trajectories/" + name));
  }
}
