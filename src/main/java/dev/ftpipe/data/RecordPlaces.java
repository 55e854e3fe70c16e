package dev.ftpipe.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Remembers where records are, chunk by chunk; several threads may add to different chunks at once.
 */
final class RecordPlaces {
  private final List<Part> parts = new ArrayList<>();

  private RecordPlaces() {}

  /** Remembers nothing. */
  static RecordPlaces none() {
    return new RecordPlaces();
  }

  /** Remembers the records of so many chunks. */
  static RecordPlaces ofChunks(int count) {
    RecordPlaces places = new RecordPlaces();
    for (int i = 0; i < count; i++) {
      places.parts.add(new Part());
    }
    return places;
  }

  /** Adds the next record of a chunk. */
  void add(int chunk, long position, int length) {
    if (!parts.isEmpty()) {
      parts.get(chunk).add(position, length);
    }
  }

  /** The position in the file of every record. */
  long[] positions() {
    long[] all = new long[count()];
    int at = 0;
    for (Part part : parts) {
      System.arraycopy(part.positions, 0, all, at, part.count);
      at += part.count;
    }
    return all;
  }

  /** The length of every record, without line ends. */
  int[] lengths() {
    int[] all = new int[count()];
    int at = 0;
    for (Part part : parts) {
      System.arraycopy(part.lengths, 0, all, at, part.count);
      at += part.count;
    }
    return all;
  }

  private int count() {
    int count = 0;
    for (Part part : parts) {
      count = Math.addExact(count, part.count);
    }
    return count;
  }

  private static final class Part {
    private long[] positions = new long[0];
    private int[] lengths = new int[0];
    private int count;

    void add(long position, int length) {
      if (count == positions.length) {
        int more = Math.max(16, 2 * count);
        positions = Arrays.copyOf(positions, more);
        lengths = Arrays.copyOf(lengths, more);
      }
      positions[count] = position;
      lengths[count] = length;
      count++;
    }
  }
}
