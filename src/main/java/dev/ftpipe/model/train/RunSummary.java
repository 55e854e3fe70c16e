package dev.ftpipe.model.train;

import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A run before it begins: what it trains, how long it is, what memory it takes. Nothing native is
 * needed to make one.
 *
 * @param trainable the number of weights that change
 * @param total of all weights, adapters included
 */
public record RunSummary(
    long trainable,
    long total,
    Optional<Length> length,
    MemoryPlan.Widest widest,
    MemoryPlan memory) {
  /**
   * How long a run is.
   *
   * @param steps of the optimizer
   * @param perEpoch of them in an epoch
   * @param examples it learns from
   * @param tokens of all examples; 0 where they are not counted yet
   */
  public record Length(int steps, int perEpoch, int examples, long tokens) {}

  /**
   * Works it out.
   *
   * @param adapter that the run goes on with
   * @param cuda whether it runs on a GPU
   */
  public static RunSummary of(
      TrainOptions options,
      Path model,
      Optional<Path> adapter,
      Optional<Length> length,
      MemoryPlan.Widest widest,
      boolean cuda)
      throws IOException {
    LlamaConfig config = LlamaConfig.read(model);
    LlamaOptions loaded =
        ModelOptions.of(options, cuda || Torch.processorHasFastBfloat16()).options();
    List<Long> trained =
        adapter.isPresent()
            ? TrainableWeights.of(model, adapter.get(), adapter.get().toString())
            : TrainableWeights.of(config, options.lora());
    long trainable = trained.stream().mapToLong(Long::longValue).sum();
    long base = config.weights().values().stream().mapToLong(TrainableWeights::elements).sum();
    LoraOptions lora = options.lora();
    boolean full = lora.method() == LoraOptions.Method.FULL;
    boolean plain =
        !full
            && lora.loraDropout() == 0
            && !lora.useDora()
            && lora.modulesToSave().isEmpty()
            && lora.bias().equals("none");
    return new RunSummary(
        trainable,
        full ? base : base + trainable,
        length,
        widest,
        MemoryPlan.of(config, loaded, trained, options.trainer().optim(), widest, plain, cuda));
  }

  /** For a log. */
  public List<String> lines(DeviceRoom room) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "trains %,d of %,d weights (%.2f %%)",
            trainable,
            total,
            100.0 * trainable / total));
    length.ifPresent(
        it ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%,d optimizer steps, %,d an epoch, over %,d examples%s; batches of %d rows of"
                        + " at most %,d tokens",
                    it.steps,
                    it.perEpoch,
                    it.examples,
                    it.tokens > 0 ? String.format(Locale.ROOT, " with %,d tokens", it.tokens) : "",
                    widest.rows(),
                    widest.columns())));
    lines.add(room.verdict(memory.bytes()));
    lines.add("of which, in GiB: " + memory.text());
    return lines;
  }
}
