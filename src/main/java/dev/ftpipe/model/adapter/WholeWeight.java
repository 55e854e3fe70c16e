package dev.ftpipe.model.adapter;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * A weight that an adapter holds as a whole: one of {@code modules_to_save}, or a trained bias.
 *
 * @param pieces its float32 values, little-endian, row-major; each piece is asked for once, in
 *     order
 */
public record WholeWeight(List<Long> shape, List<Supplier<ByteBuffer>> pieces) {
  public WholeWeight {
    shape = List.copyOf(shape);
    pieces = List.copyOf(pieces);
  }
}
