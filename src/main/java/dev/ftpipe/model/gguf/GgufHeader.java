package dev.ftpipe.model.gguf;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything before the tensors' bytes, as the GGUF specification (versions 2 and 3) lays it out.
 *
 * @param tensors by name, in the order of the file
 */
record GgufHeader(GgufMetadata metadata, Map<String, GgufTensor> tensors) {
  private static final int MAGIC = 0x46554747;
  private static final int MAX_DIMENSIONS = 4;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_LIST = 10_000_000;
  private static final int SMALLEST_ENTRY = 12;
  private static final int SMALLEST_TENSOR = 24;

  /**
   * Parses the start of a file.
   *
   * @param bytes little-endian, from the start of the file, at least up to the tensors
   * @param fileSize bytes of the whole file
   */
  static GgufHeader parse(Path file, ByteBuffer bytes, long fileSize) {
    GgufCursor in = new GgufCursor(file, bytes);
    version(in);
    int tensorCount = in.count("the number of tensors", SMALLEST_TENSOR);
    int entryCount = in.count("the number of metadata entries", SMALLEST_ENTRY);
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < entryCount; i++) {
      String key = in.text("the key of metadata entry " + i);
      Object value = value(in, key, in.i32("the type of '" + key + "'"));
      if (values.put(key, value) != null) {
        throw in.broken("metadata '" + key + "' is there twice");
      }
    }
    GgufMetadata metadata = new GgufMetadata(file.toString(), values);
    List<GgufTensor> relative = new ArrayList<>();
    for (int i = 0; i < tensorCount; i++) {
      relative.add(tensor(in, i));
    }
    return new GgufHeader(metadata, place(in, metadata, relative, fileSize));
  }

  private static void version(GgufCursor in) {
    int magic = in.i32("the magic number");
    if (magic != MAGIC) {
      throw in.broken("it does not begin with 'GGUF'");
    }
    int version = in.i32("the version");
    if (Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3) {
      throw in.broken("it is a big-endian file; only little-endian ones are supported");
    }
    if (version != 2 && version != 3) {
      throw in.broken("its version is " + version + ", expected 2 or 3");
    }
  }

  private static Object value(GgufCursor in, String key, int type) {
    String what = "the value of '" + key + "'";
    return type == 9 ? list(in, key) : scalar(in, what, type);
  }

  private static Object scalar(GgufCursor in, String what, int type) {
    return switch (type) {
      case 0 -> (long) in.u8(what);
      case 1 -> (long) (byte) in.u8(what);
      case 2 -> in.i16(what) & 0xffffL;
      case 3 -> (long) in.i16(what);
      case 4 -> in.u32(what);
      case 5 -> (long) in.i32(what);
      case 6 -> Double.parseDouble(Float.toString(in.f32(what)));
      case 7 -> in.u8(what) != 0;
      case 8 -> in.text(what);
      case 10, 11 -> in.i64(what);
      case 12 -> in.f64(what);
      default -> throw in.broken(what + " has the unknown type " + type);
    };
  }

  private static List<Object> list(GgufCursor in, String key) {
    int type = in.i32("the element type of '" + key + "'");
    if (type == 9) {
      throw in.broken("'" + key + "' is a list of lists, which no known key is");
    }
    int smallest = type == 8 || type == 10 || type == 11 || type == 12 ? 8 : 1;
    int count = in.count("the length of '" + key + "'", smallest);
    if (count > MAX_LIST) {
      throw in.broken(
          "'" + key + "' has " + count + " elements, more than the permitted " + MAX_LIST);
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(scalar(in, "'" + key + "'[" + i + "]", type));
    }
    return Collections.unmodifiableList(values);
  }

  /** A tensor whose offset still counts from the start of the data. */
  private static GgufTensor tensor(GgufCursor in, int index) {
    String name = in.text("the name of tensor " + index);
    String where = "tensor '" + name + "': ";
    long dimensions = in.u32(where + "the number of dimensions");
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw in.broken(where + dimensions + " dimensions, expected 1 to " + MAX_DIMENSIONS);
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      shape.add(0, in.i64(where + "the shape"));
    }
    long id = in.u32(where + "the type");
    GgmlType type =
        GgmlType.ofId(id)
            .orElseThrow(
                () ->
                    in.broken(
                        where
                            + "the type "
                            + GgmlType.nameOf(id)
                            + " is not supported; supported: "
                            + List.of(GgmlType.values())));
    long length = byteLength(in, where, type, shape);
    return new GgufTensor(name, type, shape, in.i64(where + "the offset"), length);
  }

  private static long byteLength(GgufCursor in, String where, GgmlType type, List<Long> shape) {
    long row = shape.get(shape.size() - 1);
    if (shape.stream().anyMatch(size -> size < 1) || row % type.blockElements() != 0) {
      throw in.broken(
          where
              + "the shape "
              + shape
              + " does not fit "
              + type
              + ", whose rows are made of blocks of "
              + type.blockElements());
    }
    try {
      long length = 1;
      for (long size : shape) {
        length = Math.multiplyExact(length, size);
      }
      return Math.multiplyExact(length / type.blockElements(), (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw in.broken(where + "the shape " + shape + " overflows 64 bits");
    }
  }

  private static Map<String, GgufTensor> place(
      GgufCursor in, GgufMetadata metadata, List<GgufTensor> relative, long fileSize) {
    long alignment = metadata.number("general.alignment").orElse(DEFAULT_ALIGNMENT);
    if (alignment < 1 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
      throw in.broken(
          "general.alignment is " + alignment + ", expected a power of two of at most 1048576");
    }
    long start = (in.position() + alignment - 1) / alignment * alignment;
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (GgufTensor tensor : relative) {
      String where = "tensor '" + tensor.name() + "'";
      long room = fileSize - start - tensor.byteLength();
      if (tensor.offset() < 0 || tensor.offset() > room) {
        throw in.broken(
            where
                + " lies at "
                + Long.toUnsignedString(tensor.offset())
                + " and has "
                + tensor.byteLength()
                + " bytes, but the file has only "
                + Math.max(0, fileSize - start)
                + " bytes of tensors: it is cut short");
      }
      if (tensor.offset() % alignment != 0) {
        throw in.broken(where + " lies at " + tensor.offset() + ", not aligned to " + alignment);
      }
      GgufTensor placed =
          new GgufTensor(
              tensor.name(),
              tensor.type(),
              tensor.shape(),
              start + tensor.offset(),
              tensor.byteLength());
      if (tensors.put(tensor.name(), placed) != null) {
        throw in.broken(where + " is there twice");
      }
    }
    refuseOverlaps(in, tensors);
    return tensors;
  }

  private static void refuseOverlaps(GgufCursor in, Map<String, GgufTensor> tensors) {
    List<GgufTensor> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(Comparator.comparingLong(GgufTensor::offset));
    for (int i = 1; i < inOrder.size(); i++) {
      GgufTensor before = inOrder.get(i - 1);
      if (inOrder.get(i).offset() < before.offset() + before.byteLength()) {
        throw in.broken(
            "tensor '" + inOrder.get(i).name() + "' lies inside tensor '" + before.name() + "'");
      }
    }
  }
}
