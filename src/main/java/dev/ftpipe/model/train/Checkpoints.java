package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.tensor.SafetensorsWriter;
import dev.ftpipe.model.tensor.TensorInfo;
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
  private static final String OPTIMIZER = "optimizer.";

  private final Path folder;
  private final Torch torch;
  private final LlamaModel model;
  private final Collection<String> trained;
  private final Optimizer optimizer;

  Checkpoints(
      Path folder, Torch torch, LlamaModel model, Collection<String> trained, Optimizer optimizer) {
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
    optimizer.state().forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor));
    List<TensorSpec> specs = new ArrayList<>();
    tensors.forEach((name, tensor) -> specs.add(new TensorSpec(name, type(tensor), shape(tensor))));
    try (TensorCodec codec = new TensorCodec(torch);
        SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
      for (TensorSpec spec : specs) {
        NDArray tensor = tensors.get(spec.name());
        if (tensor != null) {
          writer.write(spec.name(), codec.encode(tensor, spec.dtype()));
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
    Map<String, NDArray> restored = new TreeMap<>();
    try (TensorCodec codec = new TensorCodec(torch);
        SafetensorsFile file = SafetensorsFile.open(checkpoint.resolve(TENSORS))) {
      for (String name : trained) {
        model.replace(name, read(codec, file, name, model.weight(name)));
      }
      for (Map.Entry<String, NDArray> each : optimizer.state().entrySet()) {
        String name = each.getKey();
        restored.put(name, read(codec, file, OPTIMIZER + name, each.getValue()));
      }
    }
    optimizer.restore(restored, state.step());
    return state;
  }

  private NDArray read(TensorCodec codec, SafetensorsFile file, String name, NDArray like)
      throws IOException {
    TensorInfo info = file.info(name);
    if (!info.shape().equals(shape(like)) || info.dtype() != type(like)) {
      throw FtpipeException.pipeline(
          "%s: '%s' is %s %s; expected %s %s: it is of a run with other parameters"
              .formatted(file.origin(), name, info.dtype(), info.shape(), type(like), shape(like)));
    }
    return codec.read(torch.manager(), file, name, info.dtype());
  }

  private static List<Long> shape(NDArray tensor) {
    return Arrays.stream(tensor.getShape().getShape()).boxed().toList();
  }

  private static DType type(NDArray tensor) {
    return tensor.getDataType() == DataType.UINT8 ? DType.U8 : DType.F32;
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

  /** The folder of the checkpoint of a step. */
  Path path(int step) {
    return folder.resolve("checkpoint-" + step);
  }
}
