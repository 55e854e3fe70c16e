import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.generate.Generator;
import dev.ftpipe.model.generate.SamplingOptions;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.sft.Example;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.train.TrainJob;
import dev.ftpipe.model.train.TrainListener;
import dev.ftpipe.model.train.Trainer;
import dev.ftpipe.run.WorkerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Times training steps or greedy generation of a model folder through the library; prints one JSON
 * line. {@code compare.py} runs it beside Python's stack.
 */
public final class TrainBench {
  private static final int VOCABULARY = 49_000;
  private static final int WARMUP = 1;

  private TrainBench() {}

  /**
   * {@code step MODEL DTYPE BATCH LENGTHS STEPS CHECKPOINTING PACKING}, LENGTHS one number or {@code
   * mixed:MAX}; or {@code generate MODEL DTYPE BATCH TOKENS}; or
   * {@code command}, which prints how a stage's process is started.
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("command")) {
      WorkerCommand worker = WorkerCommand.of(TrainBench.class.getName());
      // without the argument that makes a stage's process of it
      List<String> command = worker.command().subList(0, worker.command().size() - 1);
      System.out.println(
          Json.mapper().writeValueAsString(Map.of("command", command, "env", worker.env())));
      return;
    }
    ObjectNode result = args[0].equals("step") ? step(args) : generate(args);
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        result.put("peak_rss_mb", Long.parseLong(line.replaceAll("\\D", "")) / 1024);
      }
    }
    System.out.println(result);
  }

  private static ObjectNode step(String[] args) throws IOException, InterruptedException {
    int batch = Integer.parseInt(args[3]);
    int steps = Integer.parseInt(args[5]);
    List<Example> examples = examples(args[4], batch * (steps + WARMUP));
    ObjectNode options = TrainOptions.defaults();
    options.withObject("/quantization")
        .put("bnb_4bit_use_double_quant", true)
        .put("bnb_4bit_compute_dtype", args[2].equals("bf16") ? "bfloat16" : "float32");
    options.withObject("/lora").put("lora_alpha", 32);
    boolean packing = Boolean.parseBoolean(args[7]);
    options.withObject("/sft").put("packing", packing).put("max_length", longest(examples));
    // A packed batch is as many full rows as a padded one: what differs is how many steps are made.
    options.withObject("/trainer")
        .put("device", System.getProperty("device", "cpu"))
        .put("num_train_epochs", 1)
        .put("per_device_train_batch_size", batch)
        .put("gradient_checkpointing", Boolean.parseBoolean(args[6]))
        .put("save_strategy", "no");
    Path work = Files.createTempDirectory("train-bench");
    TrainJob job =
        new TrainJob(
            Path.of(args[1]),
            "bench",
            examples,
            List.of(),
            Optional.empty(),
            work.resolve("checkpoints"),
            work.resolve("adapter"),
            work.resolve("metrics"));
    Watch watch = new Watch();
    new Trainer(Json.mapper().treeToValue(options, TrainOptions.class), watch)
        .train(job, () -> false);
    long tokens = examples.stream().mapToLong(Example::length).sum();
    return watch.result().put("tokens", tokens);
  }

  private static List<Example> examples(String lengths, int count) {
    Random random = new Random(0);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length =
          lengths.startsWith("mixed:")
              // Lengths of instruction data: many short, few long.
              ? (int) (16 + (Integer.parseInt(lengths.substring(6)) - 16)
                  * Math.pow(random.nextDouble(), 3))
              : Integer.parseInt(lengths);
      long[] ids = random.longs(length, 10, VOCABULARY).toArray();
      examples.add(new Example(ids, ids.clone()));
    }
    return examples;
  }

  private static int longest(List<Example> examples) {
    return examples.stream().mapToInt(Example::length).max().orElseThrow();
  }

  /** Keeps the time of every step; the first is the warm-up. */
  private static final class Watch implements TrainListener {
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private long last = System.nanoTime();

    @Override
    public void stepped(Step step) {
      long now = System.nanoTime();
      seconds.add((now - last) / 1e9);
      last = now;
      rates.add(step.tokensPerSecond());
      losses.add(step.loss());
    }

    @Override
    public void evaluated(int step, double loss) {}

    @Override
    public void saved(int step, List<Path> folders) {}

    @Override
    public void message(String line) {
      System.err.println(line);
    }

    ObjectNode result() {
      double[] timed = rates.stream().skip(WARMUP).mapToDouble(x -> x).sorted().toArray();
      double[] times = seconds.stream().skip(WARMUP).mapToDouble(x -> x).toArray();
      ObjectNode result = Json.mapper().createObjectNode();
      result.put("tokens_per_s", Math.round(10 * timed[timed.length / 2]) / 10.0);
      result.put("tokens_per_s_best", Math.round(10 * timed[timed.length - 1]) / 10.0);
      result.put("steps", timed.length);
      result.put("seconds", Math.round(1000 * Arrays.stream(times).sum()) / 1000.0);
      result.set("losses", Json.mapper().valueToTree(losses.stream().limit(6).toList()));
      return result;
    }
  }

  private static ObjectNode generate(String[] args) throws IOException, InterruptedException {
    int batch = Integer.parseInt(args[3]);
    int tokens = Integer.parseInt(args[4]);
    DType dtype = args[2].equals("bf16") ? DType.BF16 : DType.F32;
    List<long[]> prompts = new ArrayList<>();
    Random random = new Random(0);
    for (int i = 0; i < batch; i++) {
      prompts.add(random.longs(38, 10, VOCABULARY).toArray());
    }
    try (Torch torch = Torch.open(System.getProperty("device", "cpu"));
        LlamaModel model =
            LlamaModel.load(torch, Path.of(args[1]), LlamaOptions.inference(dtype))) {
      Generator generator = new Generator(model, Set.of(), batch);
      generator.generate(prompts, SamplingOptions.greedy(4), (finished, all) -> {});
      List<Double> seconds = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        long begin = System.nanoTime();
        generator.generate(prompts, SamplingOptions.greedy(tokens), (finished, all) -> {});
        seconds.add((System.nanoTime() - begin) / 1e9);
      }
      seconds.sort(null);
      return Json.mapper().createObjectNode()
          .put("tokens_per_s", Math.round(10.0 * batch * tokens / seconds.get(1)) / 10.0);
    }
  }
}
