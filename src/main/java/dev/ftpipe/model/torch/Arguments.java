package dev.ftpipe.model.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of one call of a script method, in the order of its declaration. Tensors that are
 * made here live in the scope of the call. Numbers stay on the host, so that a script can read them
 * without waiting for the device.
 */
public final class Arguments {
  private final NDManager scope;
  private final NDManager host;
  private final NDList list = new NDList();
  private Optional<TensorDict> prepared = Optional.empty();

  /** No arguments yet; results of the call will belong to {@code scope}. */
  public Arguments(NDManager scope) {
    this.scope = scope;
    this.host = scope.newSubManager(Device.cpu());
  }

  public Arguments number(long value) {
    list.add(host.create(value));
    return this;
  }

  public Arguments number(double value) {
    list.add(host.create(value));
    return this;
  }

  public Arguments numbers(double... values) {
    list.add(host.create(values));
    return this;
  }

  /** A tensor of 64-bit integers on the device, row-major. */
  public Arguments longs(long[] values, long... shape) {
    list.add(scope.create(values, new Shape(shape)));
    return this;
  }

  /** A tensor of 64-bit integers on the host, for sizes. */
  public Arguments hostLongs(long... values) {
    list.add(host.create(values));
    return this;
  }

  /** A tensor; it must not be in a dict or list of the same call. */
  public Arguments tensor(NDArray tensor) {
    tensor.setName(null);
    list.add(tensor);
    return this;
  }

  /** A {@code Dict[str, Tensor]}; {@code name} is any name, the same for no other argument. */
  public Arguments dict(String name, Map<String, NDArray> tensors) {
    tensors.forEach(
        (key, tensor) -> {
          tensor.setName(name + "." + key);
          list.add(tensor);
        });
    return this;
  }

  /** A {@code List[Tensor]}, at least one; {@code name} is any name. */
  public Arguments list(String name, List<NDArray> tensors) {
    for (NDArray tensor : tensors) {
      tensor.setName(name + "[]");
      list.add(tensor);
    }
    return this;
  }

  /**
   * The last argument, a {@code Dict[str, Tensor]} that stays the caller's, of a method that
   * records no gradients.
   */
  public Arguments last(TensorDict tensors) {
    prepared = Optional.of(tensors);
    return this;
  }

  NDManager scope() {
    return scope;
  }

  NDList list() {
    return list;
  }

  Optional<TensorDict> prepared() {
    return prepared;
  }
}
