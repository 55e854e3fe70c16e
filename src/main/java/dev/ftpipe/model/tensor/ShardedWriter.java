package dev.ftpipe.model.tensor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model's tensors into a folder as Transformers does: one {@code model.safetensors} when
 * all fit, else shards {@code model-00001-of-0000N.safetensors} with an index.
 */
public final class ShardedWriter implements AutoCloseable {
  /** The largest shard where nothing is said, as in Transformers. */
  public static final long DEFAULT_MAX_SHARD_BYTES = 5_000_000_000L;

  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final Path folder;
  private final List<List<TensorSpec>> shards;
  private final Map<String, Integer> shardOf;
  private int current = -1;
  private @Nullable SafetensorsWriter writer;

  private ShardedWriter(Path folder, List<List<TensorSpec>> shards, Map<String, Integer> shardOf) {
    this.folder = folder;
    this.shards = shards;
    this.shardOf = shardOf;
  }

  /**
   * Plans the shards; files are created as their first tensor comes.
   *
   * @param tensors all that will be written, in this order
   * @param maxShardBytes of tensor data; a larger tensor gets a shard of its own
   */
  public static ShardedWriter create(Path folder, List<TensorSpec> tensors, long maxShardBytes) {
    List<List<TensorSpec>> shards = new ArrayList<>();
    Map<String, Integer> shardOf = new TreeMap<>();
    long size = 0;
    for (TensorSpec tensor : tensors) {
      if (shards.isEmpty() || size + tensor.byteLength() > maxShardBytes) {
        shards.add(new ArrayList<>());
        size = 0;
      }
      size += tensor.byteLength();
      shards.get(shards.size() - 1).add(tensor);
      shardOf.put(tensor.name(), shards.size() - 1);
    }
    return new ShardedWriter(folder, shards, shardOf);
  }

  /** Appends bytes of a tensor; the rules of {@link SafetensorsWriter#write} hold. */
  public void write(String name, ByteBuffer bytes) throws IOException {
    Integer shard = shardOf.get(name);
    if (shard == null) {
      throw new IllegalStateException("tensor " + name + " was not declared");
    }
    SafetensorsWriter open = writer;
    while (open == null || current < shard) {
      open = nextShard();
    }
    open.write(name, bytes);
  }

  private SafetensorsWriter nextShard() throws IOException {
    if (writer != null) {
      writer.close();
    }
    current++;
    writer = SafetensorsWriter.create(folder.resolve(file(current)), shards.get(current), METADATA);
    return writer;
  }

  private String file(int shard) {
    return shards.size() == 1
        ? ModelTensors.SINGLE
        : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards.size());
  }

  /**
   * Ends the last shard and writes the index.
   *
   * @throws IllegalStateException when a declared tensor was not written in full
   */
  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
    if (current < shards.size() - 1) {
      throw new IllegalStateException(
          folder + " ends before tensor " + shards.get(current + 1).get(0).name());
    }
    if (shards.size() > 1) {
      PrettyJson.write(folder.resolve(ModelTensors.INDEX), index());
    }
  }

  private ObjectNode index() {
    ObjectNode root = Json.mapper().createObjectNode();
    ObjectNode metadata = root.putObject("metadata");
    long size = 0;
    for (List<TensorSpec> shard : shards) {
      for (TensorSpec tensor : shard) {
        size += tensor.byteLength();
      }
    }
    metadata.put("total_size", size);
    ObjectNode map = root.putObject("weight_map");
    shardOf.forEach((name, shard) -> map.put(name, file(shard)));
    return root;
  }
}
