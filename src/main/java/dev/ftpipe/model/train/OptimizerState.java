package dev.ftpipe.model.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.sft.TrainerOptions;
import dev.ftpipe.model.torch.Torch;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an optimizer remembers of each weight, in groups such as {@code exp_avg}; on the device of
 * the weights, or in host memory where the optimizer is a paged one. Owns the tensors.
 */
final class OptimizerState implements AutoCloseable {
  private final NDManager owner;
  private final SortedMap<String, SortedMap<String, NDArray>> groups = new TreeMap<>();

  OptimizerState(Torch torch, TrainerOptions options) {
    this.owner =
        options.optim().paged() ? torch.scope().newSubManager(Device.cpu()) : torch.scope();
  }

  /** Adds zeros for a weight to a group. */
  void zeros(String group, String weight, Shape shape, DataType type) {
    put(group, weight, owner.zeros(shape, type));
  }

  private void put(String group, String weight, NDArray tensor) {
    NDArray before = groups.computeIfAbsent(group, any -> new TreeMap<>()).put(weight, tensor);
    if (before != null) {
      before.close();
    }
  }

  /** The tensors of a group by weight. */
  SortedMap<String, NDArray> group(String group) {
    return groups.getOrDefault(group, new TreeMap<>());
  }

  /** All tensors, called {@code GROUP.WEIGHT}. */
  SortedMap<String, NDArray> all() {
    SortedMap<String, NDArray> all = new TreeMap<>();
    groups.forEach(
        (group, tensors) ->
            tensors.forEach((weight, tensor) -> all.put(group + "." + weight, tensor)));
    return all;
  }

  /** Puts tensors by the names of {@link #all} in the place of those it has. */
  void replace(Map<String, NDArray> tensors) {
    if (!tensors.keySet().equals(all().keySet())) {
      throw new IllegalArgumentException("the state is of other weights or another optimizer");
    }
    for (var group : groups.entrySet()) {
      for (String weight : group.getValue().keySet().toArray(String[]::new)) {
        NDArray tensor = tensors.get(group.getKey() + "." + weight);
        if (tensor != null) {
          NDArray here = tensor.toDevice(owner.getDevice(), false);
          if (here != tensor) {
            tensor.close();
          }
          here.attach(owner);
          put(group.getKey(), weight, here);
        }
      }
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
