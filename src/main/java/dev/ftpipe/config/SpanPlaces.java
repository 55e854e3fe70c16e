package dev.ftpipe.config;

import dev.ftpipe.base.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From offsets in a text to lines and columns. */
final class SpanPlaces {
  private final String file;
  private final int[] lineStarts;

  private SpanPlaces(String text, String file) {
    this.file = file;
    int[] starts = new int[(int) text.chars().filter(c -> c == '\n').count() + 1];
    int line = 0;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      starts[++line] = at + 1;
    }
    this.lineStarts = starts;
  }

  static Place of(Span span, String text, String file) {
    return new SpanPlaces(text, file).place(span);
  }

  private Place place(Span span) {
    Map<String, Place> members = new HashMap<>();
    span.members.forEach(
        (name, member) ->
            members.put(name, place(member.value()).underKey(location(member.keyStart()))));
    List<Place> items = new ArrayList<>();
    span.items.forEach(item -> items.add(place(item)));
    return Place.of(location(span.start)).holding(members, items);
  }

  private Location location(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Location(file, line + 1, offset - lineStarts[line] + 1);
  }
}
