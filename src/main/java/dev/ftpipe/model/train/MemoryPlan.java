package dev.ftpipe.model.train;

import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.llama.WeightFormat;
import dev.ftpipe.model.quant.Nf4Format;
import dev.ftpipe.model.sft.TrainerOptions.Optim;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a training step needs, part by part, estimated from shapes. The parts that live as long as
 * the run are exact; what a step needs on top is a sum over the tensors that the script holds at
 * its widest point, and the shares of the program and its allocator are measured.
 */
public record MemoryPlan(List<Part> parts) {
  /** Java, its heap, and the engine's libraries. */
  private static final long PROGRAM = 324L << 20;

  /**
   * What the processor's allocator holds back of a step's tensors, in what a layer keeps for its
   * backward, and at most; measured. Larger tensors go back to the system at once.
   */
  private static final int HELD_BACK = 5;

  private static final long MOST_HELD_BACK = 192L << 20;

  /** What CUDA's context and its libraries take of a device. */
  private static final long CUDA_CONTEXT = 500L << 20;

  private static final double GIB = 1L << 30;
  private static final long LOGITS_AT_ONCE = 1 << 23;
  private static final int MOST_ROWS_OF_LOGITS = 4096;
  private static final int SMALLEST_8_BIT = 4096;

  /** Bytes an element of 8-bit moments while they are updated, and how many are at once. */
  private static final long WIDENED = 40;

  private static final long MOST_WIDENED = 1 << 20;

  /** A part with its bytes. */
  public record Part(String name, long bytes) {}

  /**
   * The largest batch of a run.
   *
   * @param rows side by side
   * @param columns tokens of the longest row
   * @param masked whether attention needs a mask, as for packed rows
   */
  public record Widest(int rows, int columns, boolean masked) {}

  public MemoryPlan {
    parts = List.copyOf(parts);
  }

  /**
   * Estimates a run.
   *
   * @param trained elements of every trained tensor
   * @param plain whether adapters are trained that have A and B alone: then the backward is the one
   *     that is written by hand
   * @param cuda whether it is a GPU's memory, where the optimizer state may live elsewhere
   */
  static MemoryPlan of(
      LlamaConfig model,
      LlamaOptions options,
      List<Long> trained,
      Optim optim,
      Widest widest,
      boolean plain,
      boolean cuda) {
    long compute = options.compute().bytes();
    long values = trained.stream().mapToLong(Long::longValue).sum();
    List<Part> parts = new ArrayList<>();
    boolean full = values >= count(model);
    parts.add(new Part("base", full ? 0 : base(model, options.weights())));
    parts.add(new Part(full ? "weights" : "adapter", 4 * values));
    parts.add(new Part("gradients", 4 * values));
    boolean elsewhere = cuda && optim.paged();
    parts.add(new Part("optimizer", elsewhere ? 0 : optimizer(trained, optim)));
    long tokens = (long) widest.rows() * widest.columns();
    long kept = tokens * kept(model, compute);
    long graph = plain ? kept : tokens * recorded(model, compute, widest.columns() < 512 && !cuda);
    // A recorded graph holds the weights, too, that it was computed with.
    long widened = plain || options.weights().linear().isEmpty() ? 0 : compute * linear(model);
    parts.add(
        options.checkpointing()
            ? new Part("inputs of layers", model.layers() * tokens * input(model, compute, cuda))
            : new Part("graph", model.layers() * graph + widened));
    long mask = widest.masked() ? tokens * widest.columns() * (1 + compute) : 0;
    parts.add(
        new Part("one layer", Math.max(graph, 3 * kept) + mask + dequantized(model, options)));
    long logitRows =
        Math.min(
            tokens,
            Math.max(16, Math.min(MOST_ROWS_OF_LOGITS, LOGITS_AT_ONCE / model.vocabulary())));
    parts.add(new Part("logits", logitRows * model.vocabulary() * (4 + 2 * compute)));
    parts.add(new Part("allocator", cuda ? 0 : Math.min(MOST_HELD_BACK, HELD_BACK * kept)));
    parts.add(new Part("program", cuda ? CUDA_CONTEXT : PROGRAM));
    return new MemoryPlan(parts);
  }

  /** With checkpointing a layer's weights stay until its backward, and gradients come by one. */
  private static long dequantized(LlamaConfig model, LlamaOptions options) {
    if (options.weights().linear().isEmpty()) {
      return 0;
    }
    Collection<List<Long>> linear = model.linearModules().values();
    long all = linear(model) / model.layers();
    long largest = linear.stream().mapToLong(TrainableWeights::elements).max().orElse(0);
    return options.compute().bytes() * (options.checkpointing() ? all + largest : 3 * largest);
  }

  /** Weights of the layers that are quantized. */
  private static long linear(LlamaConfig model) {
    return model.linearModules().values().stream().mapToLong(TrainableWeights::elements).sum();
  }

  private static long count(LlamaConfig model) {
    return model.weights().values().stream().mapToLong(TrainableWeights::elements).sum();
  }

  private static long base(LlamaConfig model, WeightFormat format) {
    long bytes = 0;
    for (Map.Entry<String, List<Long>> weight : model.weights().entrySet()) {
      long elements = TrainableWeights.elements(weight.getValue());
      String module = weight.getKey().replaceFirst("\\.weight$", "");
      boolean linear = model.linearModules().containsKey(module);
      bytes +=
          linear && format.linear().isPresent()
              ? fourBit(elements, format.linear().get())
              : elements * format.dtype().bytes();
    }
    return bytes;
  }

  /** Two weights a byte, and a scale a block: four bytes, or one and those of its blocks of 256. */
  private static long fourBit(long elements, Nf4Format format) {
    long blocks = elements / format.block() + 1;
    return elements / 2 + (format.doubleQuantization() ? blocks + blocks / 64 : 4 * blocks);
  }

  private static long optimizer(List<Long> trained, Optim optim) {
    boolean eightBit = optim == Optim.ADAMW_8BIT || optim == Optim.PAGED_ADAMW_8BIT;
    long state =
        trained.stream()
            .mapToLong(size -> eightBit && size >= SMALLEST_8_BIT ? 2 * size + size / 32 : 8 * size)
            .sum();
    long largest = trained.stream().mapToLong(Long::longValue).max().orElse(0);
    return state + (eightBit ? WIDENED * Math.min(largest, MOST_WIDENED) : 0);
  }

  /** Bytes a token of a layer's input; on a processor with what attention gave. */
  private static long input(LlamaConfig model, long compute, boolean cuda) {
    long attention = cuda ? 0 : model.heads() * (model.headDim() * compute + 4L);
    return model.hidden() * compute + attention;
  }

  /**
   * Bytes a token of what a layer keeps for a backward that is written by hand: both norms with
   * their inputs, queries, keys and values before and after they turn, the output of attention
   * twice, and the four wide tensors of the MLP.
   */
  private static long kept(LlamaConfig model, long compute) {
    long queries = (long) model.heads() * model.headDim();
    long keys = (long) model.keyValueHeads() * model.headDim();
    return compute * (4L * model.hidden() + 4 * queries + 3 * keys + 4L * model.feedForward())
        + 4L * model.heads();
  }

  /**
   * Bytes a token of what a layer's recorded graph keeps and its backward adds: both norms in
   * float32 and in the compute type, queries, keys, values before and after they turn, what
   * attention keeps, and the four wide tensors of the MLP with their gradients.
   *
   * @param widened whether attention is computed in float32
   */
  private static long recorded(LlamaConfig model, long compute, boolean widened) {
    long queries = (long) model.heads() * model.headDim();
    long keys = (long) model.keyValueHeads() * model.headDim();
    long attention = widened && compute < 4 ? 16 * queries : 4 * compute * queries;
    return model.hidden() * (16 + 8 * compute)
        + 4 * compute * (queries + keys)
        + attention
        + 6 * compute * (long) model.feedForward();
  }

  /** All parts. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** The parts in one line, in GiB. */
  public String text() {
    return parts.stream()
        .filter(part -> part.bytes() > 0)
        .map(part -> part.name() + " " + gibibytes(part.bytes()))
        .collect(Collectors.joining(", "));
  }

  /** Bytes as a person reads them. */
  public static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, bytes < GIB / 10 ? "%.3f" : "%.2f", bytes / GIB);
  }
}
