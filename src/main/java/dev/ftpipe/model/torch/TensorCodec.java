package dev.ftpipe.model.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Moves tensors between files and the device, in any floating-point type. The engine's Java binding
 * knows no bfloat16 and ends the process when asked for one, so such tensors cross as bytes.
 */
public final class TensorCodec implements AutoCloseable {
  private static final String SOURCE = "/dev/ftpipe/model/torch/codec.py";

  private final Torch torch;
  private final TorchScript script;

  public TensorCodec(Torch torch) {
    this.torch = torch;
    this.script = TorchScript.load(torch, "Codec", List.of(SOURCE), Map.of());
  }

  /** The number that stands for a type in TorchScript ({@code c10::ScalarType}). */
  public static int code(DType dtype) {
    return switch (dtype) {
      case U8 -> 0;
      case I8 -> 1;
      case I16 -> 2;
      case I32 -> 3;
      case I64 -> 4;
      case F16 -> 5;
      case F32 -> 6;
      case F64 -> 7;
      case BOOL -> 11;
      case BF16 -> 15;
    };
  }

  /**
   * Copies a tensor of a file to the device.
   *
   * @param owner frees the result
   * @throws FtpipeException when there is none of that name or it has more than 2^31-1 bytes
   */
  public NDArray read(NDManager owner, TensorSource source, String name, DType wanted)
      throws IOException {
    TensorInfo info = source.info(name);
    if (info.byteLength() > Integer.MAX_VALUE) {
      throw FtpipeException.pipeline(
          "%s: tensor '%s' has %d bytes, more than can be read at once (%d)"
              .formatted(source.origin(), name, info.byteLength(), Integer.MAX_VALUE));
    }
    try (NDManager scope = torch.scope();
        NDManager host = scope.newSubManager(Device.cpu())) {
      NDArray stored = host.create(new Shape(info.byteLength()), DataType.UINT8);
      source.read(name, 0, stored.toByteBuffer(true));
      Arguments arguments =
          new Arguments(scope)
              .tensor(stored.toDevice(scope.getDevice(), false))
              .number(code(info.dtype()))
              .number(code(wanted))
              .hostLongs(info.shape().stream().mapToLong(Long::longValue).toArray());
      return keep(owner, script.one("decode", arguments));
    }
  }

  /**
   * A copy of a tensor in a type.
   *
   * @param owner frees the result
   */
  public NDArray convert(NDManager owner, NDArray tensor, DType wanted) {
    try (NDManager scope = torch.scope()) {
      Arguments arguments = new Arguments(scope).tensor(tensor).number(code(wanted));
      return keep(owner, script.one("convert", arguments));
    }
  }

  /** The tensor's values in a type, little-endian, row-major. */
  public ByteBuffer encode(NDArray tensor, DType stored) {
    try (NDManager scope = torch.scope()) {
      String name = tensor.getName();
      Arguments arguments = new Arguments(scope).tensor(tensor).number(code(stored));
      ByteBuffer bytes = script.one("encode", arguments).toByteBuffer();
      tensor.setName(name);
      return bytes;
    }
  }

  private static NDArray keep(NDManager owner, NDArray array) {
    array.attach(owner);
    return array;
  }

  @Override
  public void close() {
    script.close();
  }
}
