package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.tensor.SafetensorsWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import dev.ftpipe.model.torch.TensorCodec;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of one run: folders {@code checkpoint-STEP} with the trained weights, the
 * optimizer's state and where the run stands. A folder gets its name by one rename when all its
 * bytes are on the disk, so what has the name is complete.
 */
final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,9})");
  private static final String TENSORS = "state.safetensors";
  private static final String STATE = "state.json";
  private static final String FIRST = "exp_avg.";
  private static final String SECOND = "exp_avg_sq.";

  private final Path folder;
  private final Torch torch;
  private final LlamaModel model;
  private final Collection<String> trained;
  private final AdamW optimizer;

  Checkpoints(
      Path folder, Torch torch, LlamaModel model, Collection<String> trained, AdamW optimizer) {
    this.folder = folder;
    this.torch = torch;
    this.model = model;
    this.trained = trained;
    this.optimizer = optimizer;
  }

  /** Keeps the run as it stands; does nothing when this step has a checkpoint. */
  void save(RunState state) throws IOException {
    Path target = path(state.step());
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(folder);
    Path temporary = folder.resolve("incomplete");
    AtomicFiles.deleteTree(temporary);
    Files.createDirectory(temporary);
    writeTensors(temporary.resolve(TENSORS));
    Files.write(temporary.resolve(STATE), Json.mapper().writeValueAsBytes(state));
    for (String file : List.of(TENSORS, STATE)) {
      try (FileChannel channel =
          FileChannel.open(temporary.resolve(file), StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private void writeTensors(Path file) throws IOException {
    Map<String, NDArray> tensors = new TreeMap<>();
    trained.forEach(name -> tensors.put(name, model.weight(name)));
    optimizer.first().forEach((name, tensor) -> tensors.put(FIRST + name, tensor));
    optimizer.second().forEach((name, tensor) -> tensors.put(SECOND + name, tensor));
    List<TensorSpec> specs = new ArrayList<>();
    tensors.forEach(
        (name, tensor) ->
            specs.add(
                new TensorSpec(
                    name,
                    DType.F32,
                    Arrays.stream(tensor.getShape().getShape()).boxed().toList())));
    try (TensorCodec codec = new TensorCodec(torch);
        SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
      for (TensorSpec spec : specs) {
        NDArray tensor = tensors.get(spec.name());
        if (tensor != null) {
          writer.write(spec.name(), codec.encode(tensor, DType.F32));
        }
      }
    }
  }

  /** Takes up the newest checkpoint: weights, optimizer; empty when there is none. */
  Optional<RunState> resume() throws IOException {
    List<Integer> steps = steps();
    return steps.isEmpty() ? Optional.empty() : Optional.of(load(steps.get(steps.size() - 1)));
  }

  /**
   * Takes up one checkpoint.
   *
   * @throws FtpipeException when it is not of this run
   */
  RunState load(int step) throws IOException {
    Path checkpoint = path(step);
    RunState state = Json.mapper().readValue(checkpoint.resolve(STATE).toFile(), RunState.class);
    Map<String, NDArray> first = new TreeMap<>();
    Map<String, NDArray> second = new TreeMap<>();
    NDManager owner = torch.manager();
    try (TensorCodec codec = new TensorCodec(torch);
        SafetensorsFile file = SafetensorsFile.open(checkpoint.resolve(TENSORS))) {
      for (String name : trained) {
        if (!file.info(name).shape().equals(shape(name))) {
          throw FtpipeException.pipeline(
              "%s: '%s' has shape %s; expected %s: it is of a run with other parameters"
                  .formatted(file.origin(), name, file.info(name).shape(), shape(name)));
        }
        model.replace(name, codec.read(owner, file, name, DType.F32));
        first.put(name, codec.read(owner, file, FIRST + name, DType.F32));
        second.put(name, codec.read(owner, file, SECOND + name, DType.F32));
      }
    }
    optimizer.restore(first, second, state.step());
    return state;
  }

  private List<Long> shape(String name) {
    return Arrays.stream(model.weight(name).getShape().getShape()).boxed().toList();
  }

  /** Removes the oldest ones until {@code limit} are left; {@code kept} counts but stays. */
  void prune(int limit, Optional<Integer> kept) throws IOException {
    List<Integer> steps = new ArrayList<>(steps());
    int surplus = steps.size() - limit;
    kept.ifPresent(steps::remove);
    // The newest is what a killed run goes on from.
    for (int i = 0; i < Math.min(surplus, steps.size() - 1); i++) {
      AtomicFiles.deleteTree(path(steps.get(i)));
    }
  }

  /** Steps of all complete checkpoints, ascending. */
  private List<Integer> steps() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> NAME.matcher(path.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> Integer.valueOf(matcher.group(1)))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  private Path path(int step) {
    return folder.resolve("checkpoint-" + step);
  }
}
