package dev.ftpipe.model.sft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Best-fit decreasing: the longest first, each into the row where the least room is left over, a
 * new row where none has room. Ties: the earlier example, the earlier row.
 */
final class Packing {
  private Packing() {}

  /**
   * The members of each row.
   *
   * @param lengths of the examples, none above {@code capacity}
   */
  static List<int[]> pack(int[] lengths, int capacity) {
    int[] order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -lengths[i]))
            .mapToInt(i -> i)
            .toArray();
    List<List<Integer>> rows = new ArrayList<>();
    TreeMap<Integer, Deque<Integer>> rowsByRoom = new TreeMap<>();
    for (int example : order) {
      var best = rowsByRoom.ceilingEntry(lengths[example]);
      int room;
      int row;
      if (best == null) {
        room = capacity;
        row = rows.size();
        rows.add(new ArrayList<>());
      } else {
        room = best.getKey();
        row = best.getValue().removeFirst();
        if (best.getValue().isEmpty()) {
          rowsByRoom.remove(room);
        }
      }
      rows.get(row).add(example);
      int left = room - lengths[example];
      if (left > 0) {
        rowsByRoom.computeIfAbsent(left, any -> new ArrayDeque<>()).addLast(row);
      }
    }
    return rows.stream().map(row -> row.stream().mapToInt(i -> i).toArray()).toList();
  }
}
