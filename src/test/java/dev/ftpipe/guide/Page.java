package dev.ftpipe.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A page of the guide, and what somebody types who follows it. */
record Page(String name, List<String> blocks) {
  /** What a block of commands begins with; other blocks are parts of files, or output. */
  private static final Set<String> PROGRAMS =
      Set.of("ftpipe", "./ftpipe", "git", "mkdir", "cd", "cat", "echo", "sed");

  static Page read(String name) throws IOException {
    return read(name, "## nowhere");
  }

  /** The page down to a heading, after which it takes machines that only the reader has. */
  static Page read(String name, String heading) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    boolean fenced = false;
    for (String line : Files.readAllLines(Path.of("docs").resolve(name))) {
      if (line.equals(heading)) {
        break;
      }
      fenced ^= line.startsWith("```");
      boolean inside = line.startsWith("    ") || (line.isEmpty() && !block.isEmpty());
      if (inside && !fenced) {
        block.append(line.isEmpty() ? "" : line.substring(4)).append('\n');
      } else if (!block.isEmpty()) {
        blocks.add(block.toString());
        block.setLength(0);
      }
    }
    if (!block.isEmpty()) {
      blocks.add(block.toString());
    }
    return new Page(
        name,
        blocks.stream().filter(each -> PROGRAMS.contains(each.split("[ \n]", 2)[0])).toList());
  }

  /**
   * Its commands as one script that ends with the first that fails.
   *
   * @param here what stands on the page for what only the reader has; all of it has to be there
   */
  String script(Map<String, String> here) {
    String script = String.join("\n", blocks);
    for (var each : here.entrySet()) {
      if (!script.contains(each.getKey())) {
        throw new IllegalArgumentException(name + " has no " + each.getKey());
      }
      script = script.replace(each.getKey(), each.getValue());
    }
    return "set -eux -o pipefail\n" + script;
  }
}
