package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trajectories of Python's stack, made by a pipeline: records in, adapter and curves out. */
final class TrajectoryPipelineTest {
  private static final int STEPS = 20;

  @TempDir Path project;

  @Test
  void repro_givesPythonsCurvesAndAdapters() throws Exception {
    run(List.of("lora_f32", "qlora_nf4_double", "qlora_accumulate2_clip1"));
  }

  @Tag("slow")
  @Test
  void repro_ofEveryTrajectory_givesPythonsCurvesAndAdapters() throws Exception {
    run(
        List.of(
            "lora_f32",
            "lora_qv",
            "lora_b_nonzero",
            "lora_clip_small",
            "lora_no_clip",
            "lora_weight_decay",
            "lora_rslora",
            "lora_patterns",
            "lora_modules_to_save",
            "lora_dora",
            "qlora_dora",
            "qlora_adamw8bit_r64",
            "qlora_nf4",
            "qlora_nf4_double",
            "qlora_completion_only",
            "qlora_accumulate2_clip1",
            "tied_lora_f32"));
  }

  private void run(List<String> names) throws Exception {
    for (String model : List.of("tiny-llama", "tiny-llama-tied")) {
      copy(Fixtures.qlora(model), project.resolve(model));
    }
    StringBuilder pipeline = new StringBuilder("stages:\n");
    for (String name : names) {
      JsonNode expected = expected(name);
      Path start = project.resolve("start-" + name);
      Files.createDirectories(start);
      write(
          Fixtures.qlora("trajectories/" + name + "/adapter_config.json"),
          start.resolve("adapter_config.json"));
      write(
          Fixtures.qlora("trajectories/" + expected.get("init").asText()),
          start.resolve("adapter_model.safetensors"));
      Files.writeString(project.resolve(name + ".jsonl"), records(expected));
      pipeline.append(stage(name, expected));
    }
    Files.writeString(project.resolve("pipeline.yaml"), pipeline);
    Result result = new Program(project).run("repro", "-j", "2");
    assertThat(result.exitCode()).as(result.err()).isZero();
    for (String name : names) {
      compare(name, expected(name));
    }
  }

  private static String stage(String name, JsonNode expected) {
    JsonNode settings = expected.get("settings");
    String nf4 = expected.get("nf4").asText();
    return """
      %s:
        uses: train
        in: {model: %s, train: %s.jsonl, adapter: start-%s}
        out: {adapter: adapter-%s, metrics: metrics-%s}
        with:
          quantization: {load_in_4bit: %s, bnb_4bit_use_double_quant: %s, bnb_4bit_compute_dtype: float32}
          sft: {shuffle: false}
          trainer:
            device: cpu
            max_steps: %d
            per_device_train_batch_size: %d
            gradient_accumulation_steps: %s
            learning_rate: %s
            lr_scheduler_type: %s
            warmup_steps: %s
            max_grad_norm: %s
            weight_decay: %s
            adam_beta1: %s
            adam_beta2: %s
            adam_epsilon: %s
            optim: %s
            logging_steps: 1
    """
        .formatted(
            name,
            expected.get("base").asText(),
            name,
            name,
            name,
            name,
            !nf4.equals("null"),
            nf4.equals("double"),
            STEPS,
            4 / settings.get("ga").asInt(),
            settings.get("ga"),
            settings.get("lr"),
            settings.get("schedule").asText(),
            settings.get("warmup"),
            settings.get("clip").isNull() ? 0 : settings.get("clip"),
            settings.get("wd"),
            settings.get("betas").get(0),
            settings.get("betas").get(1),
            settings.get("eps"),
            settings.path("optimizer").asText("adamw_torch"));
  }

  /** Every row of the batches as a tokenized record, without its padding. */
  private static String records(JsonNode expected) throws IOException {
    StringBuilder lines = new StringBuilder();
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.qlora("trajectories/" + expected.get("batches").asText()))) {
      LongBuffer ids = file.bytes("ids").asLongBuffer();
      LongBuffer labels = file.bytes("labels").asLongBuffer();
      LongBuffer mask = file.bytes("mask").asLongBuffer();
      int columns = (int) file.info("ids").dim(2);
      for (int row = 0; row < ids.limit() / columns; row++) {
        StringBuilder kept = new StringBuilder();
        StringBuilder learned = new StringBuilder();
        for (int i = row * columns; i < (row + 1) * columns; i++) {
          if (mask.get(i) == 1) {
            kept.append(kept.isEmpty() ? "" : ",").append(ids.get(i));
            learned.append(learned.isEmpty() ? "" : ",").append(labels.get(i));
          }
        }
        lines.append("{\"input_ids\":[%s],\"labels\":[%s]}\n".formatted(kept, learned));
      }
    }
    return lines.toString();
  }

  private void compare(String name, JsonNode expected) throws IOException {
    // What is rounded to 8 bits falls on the other side now and then.
    boolean rounded = expected.get("settings").has("optimizer");
    List<Double> losses = curve(name, "loss");
    List<Double> norms = curve(name, "grad_norm");
    List<Double> rates = curve(name, "learning_rate");
    for (int i = 0; i < STEPS; i++) {
      double norm = expected.get("grad_norm").get(i).asDouble();
      assertThat(losses.get(i))
          .as("%s: loss of step %d", name, i)
          .isCloseTo(expected.get("loss").get(i).asDouble(), within(rounded ? 5e-4 : 2e-5));
      assertThat(norms.get(i))
          .as("%s: gradient norm of step %d", name, i)
          .isCloseTo(norm, within((rounded ? 1e-2 : 1e-5) * norm));
      assertThat(rates.get(i)).isCloseTo(expected.get("lr").get(i).asDouble(), within(1e-12));
    }
    if (!rounded) {
      compareWeights(name);
    }
  }

  private void compareWeights(String name) throws IOException {
    try (SafetensorsFile found = adapter(project.resolve("adapter-" + name));
        SafetensorsFile wanted = adapter(Fixtures.qlora("trajectories/" + name))) {
      assertThat(found.names()).containsExactlyInAnyOrderElementsOf(wanted.names());
      for (String tensor : wanted.names()) {
        float[] ours = found.floats(tensor);
        float[] theirs = wanted.floats(tensor);
        double sum = 0;
        for (int i = 0; i < theirs.length; i++) {
          assertThat(ours[i]).isCloseTo(theirs[i], within(1e-3f));
          sum += Math.abs(ours[i] - theirs[i]);
        }
        assertThat(sum / theirs.length).as("%s: %s", name, tensor).isLessThan(1e-6);
      }
    }
  }

  private static SafetensorsFile adapter(Path folder) throws IOException {
    return SafetensorsFile.open(folder.resolve("adapter_model.safetensors"));
  }

  private List<Double> curve(String name, String metric) throws IOException {
    Path file = project.resolve("metrics-" + name + "/plots/metrics/train/" + metric + ".tsv");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(STEPS + 1);
    return lines.stream().skip(1).map(line -> Double.valueOf(line.split("\t", -1)[1])).toList();
  }

  private static JsonNode expected(String name) throws IOException {
    return Json.mapper()
        .readTree(Fixtures.qlora("trajectories/" + name + "/trajectory.json").toFile());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        write(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static void write(Path from, Path to) throws IOException {
    Files.write(to, Files.readAllBytes(from));
  }
}
