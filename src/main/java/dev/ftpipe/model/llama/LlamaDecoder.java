package dev.ftpipe.model.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.TensorDict;
import dev.ftpipe.model.torch.TorchScript;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Generation with a cache of keys and values: the prompts once, then a token of every row at a
 * time. Owns the cache.
 */
public final class LlamaDecoder implements AutoCloseable {
  private final NDManager manager;
  private final TorchScript script;
  private final TensorDict weights;
  private final LlamaConfig config;
  private final int rows;
  private final int length;
  private final NDArray keys;
  private final NDArray values;
  private final long[] padding;
  private int filled;

  LlamaDecoder(
      NDManager manager,
      TorchScript script,
      Map<String, NDArray> weights,
      LlamaConfig config,
      int rows,
      int length) {
    this.manager = manager;
    this.script = script;
    this.weights = new TensorDict(weights);
    this.config = config;
    this.rows = rows;
    this.length = length;
    this.padding = new long[rows];
    NDArray like = manager.create(0f);
    NDList caches =
        script.call("caches", new Arguments(manager).number(rows).number(length).tensor(like));
    this.keys = caches.get(0);
    this.values = caches.get(1);
  }

  /** Tokens of a vocabulary: the length of a row of logits. */
  public int vocabulary() {
    return config.vocabulary();
  }

  /** How many more tokens the longest row can take. */
  public int room() {
    return length - filled;
  }

  /**
   * Reads the prompts, one a row, each of at least one token; they may differ in length.
   *
   * @return logits of the next token, {@code [rows, vocabulary]} row-major
   */
  public float[] prefill(List<long[]> prompts) {
    return logits(padded(prompts));
  }

  /**
   * Appends a token to every row; what a finished row gets does not matter to the others.
   *
   * @return logits of the next token, {@code [rows, vocabulary]} row-major
   */
  public float[] decode(long[] tokens) {
    return logits(tokens);
  }

  /**
   * As {@link #prefill}, but only the likeliest next token of every row; of equal ones the first.
   */
  public long[] prefillLikeliest(List<long[]> prompts) {
    return likeliest(padded(prompts));
  }

  /**
   * As {@link #decode}, but only the likeliest next token of every row; of equal ones the first.
   */
  public long[] decodeLikeliest(long[] tokens) {
    return likeliest(tokens);
  }

  private float[] logits(long[] ids) {
    try (NDManager scope = manager.newSubManager()) {
      return advance(scope, "decode", ids).toFloatArray();
    }
  }

  private long[] likeliest(long[] ids) {
    try (NDManager scope = manager.newSubManager()) {
      return advance(scope, "decode_likeliest", ids).toLongArray();
    }
  }

  /** The prompts with padding on the left. */
  private long[] padded(List<long[]> prompts) {
    if (prompts.size() != rows || filled != 0) {
      throw new IllegalStateException(
          prompts.size() + " prompts for " + rows + " rows with " + filled + " tokens");
    }
    int columns = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    long[] ids = new long[rows * columns];
    for (int row = 0; row < rows; row++) {
      long[] prompt = prompts.get(row);
      int empty = columns - prompt.length;
      padding[row] = empty;
      System.arraycopy(prompt, 0, ids, row * columns + empty, prompt.length);
    }
    return ids;
  }

  private NDArray advance(NDManager scope, String method, long[] ids) {
    int columns = ids.length / rows;
    if (columns > room()) {
      throw new IllegalStateException(
          filled + " tokens and " + columns + " more, but room for " + length);
    }
    Arguments arguments = new Arguments(scope).longs(ids, rows, columns).number(filled);
    boolean even = Arrays.stream(padding).allMatch(empty -> empty == 0);
    arguments.longs(even ? new long[0] : padding, even ? 0 : rows);
    NDArray result = script.one(method, arguments.tensor(keys).tensor(values).last(weights));
    filled += columns;
    return result;
  }

  @Override
  public void close() {
    weights.close();
    manager.close();
  }
}
