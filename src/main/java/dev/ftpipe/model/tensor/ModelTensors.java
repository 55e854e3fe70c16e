package dev.ftpipe.model.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All tensors of a model folder: {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} names.
 */
public final class ModelTensors implements TensorSource, AutoCloseable {
  public static final String SINGLE = "model.safetensors";
  public static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> byName;

  private ModelTensors(
      Path folder, List<SafetensorsFile> files, Map<String, SafetensorsFile> byName) {
    this.folder = folder;
    this.files = files;
    this.byName = byName;
  }

  /**
   * Opens every shard and checks that it holds what the index says.
   *
   * @throws FtpipeException when neither the file nor the index is there, a shard is missing or
   *     malformed, or a tensor is not in its shard
   */
  public static ModelTensors open(Path folder) throws IOException {
    Path single = folder.resolve(SINGLE);
    if (Files.exists(single)) {
      SafetensorsFile file = SafetensorsFile.open(single);
      Map<String, SafetensorsFile> byName = new LinkedHashMap<>();
      file.names().forEach(name -> byName.put(name, file));
      return new ModelTensors(folder, List.of(file), byName);
    }
    Path index = folder.resolve(INDEX);
    if (!Files.exists(index)) {
      throw FtpipeException.pipeline(missing(folder));
    }
    return openShards(folder, index);
  }

  private static String missing(Path folder) {
    String message = "model folder " + folder + " has neither " + SINGLE + " nor " + INDEX;
    boolean pickled =
        Stream.of("pytorch_model.bin", "pytorch_model.bin.index.json")
            .anyMatch(name -> Files.exists(folder.resolve(name)));
    return pickled
        ? message
            + ", but PyTorch's own format, which can hold programs and is not read; save it once with"
            + " Transformers' save_pretrained, or fetch a revision with safetensors"
        : message;
  }

  private static ModelTensors openShards(Path folder, Path index) throws IOException {
    Map<String, String> shardOf = weightMap(index);
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    try {
      for (String shard : shardOf.values().stream().distinct().sorted().toList()) {
        shards.put(shard, openShard(folder, index, shard));
      }
      Map<String, SafetensorsFile> byName = new LinkedHashMap<>();
      shards.forEach(
          (shard, file) ->
              file.names().stream()
                  .filter(name -> isOf(shard, name, shardOf, index))
                  .forEach(name -> byName.put(name, file)));
      shardOf.forEach(
          (name, shard) -> {
            if (!byName.containsKey(name)) {
              throw FtpipeException.pipeline(
                  index + ": tensor '" + name + "' is not in " + shard + ", where it should be");
            }
          });
      return new ModelTensors(folder, List.copyOf(shards.values()), byName);
    } catch (IOException | RuntimeException e) {
      closeAll(shards.values());
      throw e;
    }
  }

  /** What the index does not name is of no use to the model; what it names elsewhere is a lie. */
  private static boolean isOf(
      String shard, String tensor, Map<String, String> shardOf, Path index) {
    String named = shardOf.get(tensor);
    if (named != null && !named.equals(shard)) {
      throw FtpipeException.pipeline(
          "%s: tensor '%s' is said to be in %s, but %s has one of that name, too; fetch the model's files again"
              .formatted(index, tensor, named, shard));
    }
    return named != null;
  }

  private static Map<String, String> weightMap(Path index) throws IOException {
    JsonNode map = JsonFiles.readObject(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw FtpipeException.pipeline(
          index + ": expected an object 'weight_map' from tensor to file");
    }
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (var entry : map.properties()) {
      String shard = entry.getValue().asText();
      // A name with a separator could reach outside the model's folder.
      if (!entry.getValue().isTextual()
          || !shard.endsWith(".safetensors")
          || shard.contains("/")
          || shard.contains("\\")) {
        throw FtpipeException.pipeline(
            index
                + ": tensor '"
                + entry.getKey()
                + "' is said to be in "
                + entry.getValue()
                + ", expected the name of a .safetensors file beside the index");
      }
      shardOf.put(entry.getKey(), shard);
    }
    return shardOf;
  }

  private static SafetensorsFile openShard(Path folder, Path index, String shard)
      throws IOException {
    Path file = folder.resolve(shard);
    if (!Files.exists(file)) {
      throw FtpipeException.pipeline(index + ": its shard " + shard + " is not in the folder");
    }
    return SafetensorsFile.open(file);
  }

  @Override
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  @Override
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(byName.get(name)).flatMap(file -> file.find(name));
  }

  @Override
  public ByteBuffer bytes(String name, long from, int length) {
    return file(name).bytes(name, from, length);
  }

  @Override
  public void read(String name, long from, ByteBuffer into) throws IOException {
    file(name).read(name, from, into);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = byName.get(name);
    if (file == null) {
      info(name);
      throw new IllegalStateException("no file for tensor " + name);
    }
    return file;
  }

  @Override
  public String origin() {
    return "model folder " + folder;
  }

  @Override
  public void close() throws IOException {
    closeAll(files);
  }

  private static void closeAll(Iterable<SafetensorsFile> files) throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (SafetensorsFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }
}
