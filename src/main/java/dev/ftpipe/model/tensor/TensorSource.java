package dev.ftpipe.model.tensor;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Tensors by name, from one file or from a whole folder. */
public interface TensorSource {
  /** All names, in the order of the bytes on disk. */
  List<String> names();

  /** Where a tensor lies; empty when there is none of that name. */
  Optional<TensorInfo> find(String name);

  /**
   * Part of a tensor's bytes, little-endian, mapped read-only. They stay readable after the source
   * is closed.
   *
   * @param from the first byte, counted from the tensor's own start
   * @throws FtpipeException when there is no such tensor
   * @throws IndexOutOfBoundsException when the range leaves the tensor
   */
  ByteBuffer bytes(String name, long from, int length);

  /**
   * Copies part of a tensor's bytes, little-endian, as they are in the file. Unlike what is mapped,
   * which stays in the process's memory until the garbage collector has seen that nobody wants it,
   * this leaves nothing behind.
   *
   * @param from the first byte, counted from the tensor's own start
   * @param into filled
   * @throws FtpipeException when there is no such tensor
   * @throws IndexOutOfBoundsException when the range leaves the tensor
   */
  void read(String name, long from, ByteBuffer into) throws IOException;

  /** Where these tensors come from, for messages. */
  String origin();

  /**
   * Where a tensor lies.
   *
   * @throws FtpipeException when there is none of that name
   */
  default TensorInfo info(String name) {
    return find(name)
        .orElseThrow(
            () ->
                FtpipeException.pipeline(
                    origin() + ": no tensor '" + name + "'; it has " + describeNames()));
  }

  /**
   * All bytes of a tensor, little-endian, mapped read-only.
   *
   * @throws FtpipeException when there is no such tensor or it has more than 2^31-1 bytes
   */
  default ByteBuffer bytes(String name) {
    TensorInfo info = info(name);
    if (info.byteLength() > Integer.MAX_VALUE) {
      throw FtpipeException.pipeline(
          origin()
              + ": tensor '"
              + name
              + "' has "
              + info.byteLength()
              + " bytes, more than can be read at once (2147483647)");
    }
    return bytes(name, 0, (int) info.byteLength());
  }

  /** All values of a floating-point tensor, row-major. */
  default float[] floats(String name) {
    return Floats.toFloats(bytes(name), info(name).dtype());
  }

  private String describeNames() {
    List<String> names = names();
    return names.size() <= 5
        ? names.toString()
        : names.size() + " others, the first is '" + names.get(0) + "'";
  }
}
