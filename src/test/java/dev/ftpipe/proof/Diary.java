package dev.ftpipe.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the stages of a {@link Workload} told of themselves: event, stage, run. */
record Diary(List<String[]> lines) {
  static Diary read(Path file) throws IOException {
    List<String[]> lines = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ", -1);
        if (words.length == 3) {
          lines.add(words);
        }
      }
    }
    return new Diary(lines);
  }

  List<String> stages(String event, int run) {
    return lines.stream()
        .filter(words -> words[0].equals(event) && words[2].equals("" + run))
        .map(words -> words[1])
        .toList();
  }

  List<String> stages(String event) {
    return lines.stream()
        .filter(words -> words[0].equals(event))
        .map(words -> words[1])
        .distinct()
        .toList();
  }
}
