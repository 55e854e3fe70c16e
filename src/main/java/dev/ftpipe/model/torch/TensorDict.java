package dev.ftpipe.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tensors by name as a script takes them, made once for many calls: handing over the hundreds of
 * weights of a model anew costs as much as several of its layers. Shares the tensors, which must
 * stay open.
 */
public final class TensorDict implements AutoCloseable {
  private final IValue value;

  public TensorDict(Map<String, NDArray> tensors) {
    Map<String, PtNDArray> handles = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> handles.put(name, (PtNDArray) tensor));
    this.value = IValue.stringMapFrom(handles);
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
