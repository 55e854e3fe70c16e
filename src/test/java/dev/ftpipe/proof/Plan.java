package dev.ftpipe.proof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A stage of a random pipeline: its text in {@code pipeline.yaml}, and what it computes.
 *
 * @param shell a command that makes one file; otherwise {@link Mix}
 * @param param number of the parameter that it declares, negative for none
 * @param shape which outputs it has: 0 a file, 1 a folder, 2 both
 * @param keep whether the folder has a file that others may depend on
 */
record Plan(
    int id,
    String name,
    boolean shell,
    List<String> deps,
    int param,
    int salt,
    int shape,
    boolean keep,
    boolean cached,
    boolean always) {

  Plan named(String other) {
    return new Plan(id, other, shell, deps, param, salt, shape, keep, cached, always);
  }

  Plan salted(int other) {
    return new Plan(id, name, shell, deps, param, other, shape, keep, cached, always);
  }

  Plan reading(List<String> others) {
    return new Plan(id, name, shell, others, param, salt, shape, keep, cached, always);
  }

  String file() {
    return "out/" + id + ".txt";
  }

  String folder() {
    return "out/" + id + ".d";
  }

  boolean hasFile() {
    return shell || shape != 1;
  }

  boolean hasFolder() {
    return !shell && shape != 0;
  }

  List<String> outs() {
    List<String> outs = new ArrayList<>();
    if (hasFile()) {
      outs.add(file());
    }
    if (hasFolder()) {
      outs.add(folder());
    }
    return outs;
  }

  boolean makes(String path) {
    return outs().stream().anyMatch(out -> path.equals(out) || path.startsWith(out + "/"));
  }

  // A command of an odd stage declares the parameter and does not use it.
  private boolean usesParam() {
    return param >= 0 && (!shell || id % 2 == 0);
  }

  /** All that decides the bytes of the outputs, as declared; not what only looks different. */
  String declared(int[] params) {
    return (shell ? "shell " : "mix ")
        + deps
        + (param >= 0 ? (shell ? "p" + param + "=" : "") + params[param] : "")
        + ";"
        + salt
        + outs()
        + keep;
  }

  Map<String, Node> compute(NavigableMap<String, Node.Text> read, int[] params) {
    Map<String, Node> made = new LinkedHashMap<>();
    if (shell) {
      made.put(file(), new Node.Text(lastLine(read) + said(params) + "\n", false));
      return made;
    }
    Mix.With with = new Mix.With(id, salt, param >= 0 ? params[param] : 0, keep);
    if (hasFile()) {
      made.put(file(), with.file(read));
    }
    if (hasFolder()) {
      made.put(folder(), with.folder(read));
    }
    return made;
  }

  private String said(int[] params) {
    return "stage " + id + " says " + salt + (usesParam() ? " " + params[param] : "");
  }

  private static String lastLine(NavigableMap<String, Node.Text> read) {
    String last = "";
    for (Node.Text each : new TreeMap<>(read).values()) {
      for (String line : each.text().split("\n", -1)) {
        last = line.isEmpty() ? last : line + "\n";
      }
    }
    return last;
  }

  String yaml() {
    StringBuilder yaml = new StringBuilder("  " + name + ":\n");
    String value = usesParam() ? " ${p" + param + "}" : "";
    if (shell) {
      String read =
          deps.isEmpty()
              ? ""
              : "find "
                  + String.join(" ", deps)
                  + " -type f | LC_ALL=C sort | xargs cat | tail -n 1; ";
      yaml.append("    cmd: '{ ")
          .append(read)
          .append("echo stage %d says %d%s; } > %s'\n".formatted(id, salt, value, file()))
          .append(
              "    outs: [%s]\n".formatted(cached ? file() : "{" + file() + ": {cache: false}}"));
      if (!deps.isEmpty()) {
        yaml.append("    deps: ").append(deps).append("\n");
      }
      if (param >= 0) {
        yaml.append("    params: [p").append(param).append("]\n");
      }
    } else {
      List<String> out = new ArrayList<>();
      if (hasFile()) {
        out.add("file: " + (cached ? file() : "{path: " + file() + ", cache: false}"));
      }
      if (hasFolder()) {
        out.add("folder: " + (cached ? folder() : "{path: " + folder() + ", cache: false}"));
      }
      yaml.append("    uses: mix\n    out: {").append(String.join(", ", out)).append("}\n");
      if (!deps.isEmpty()) {
        yaml.append("    in: {read: ").append(deps).append("}\n");
      }
      yaml.append("    with: {id: %d, salt: %d, keep: %s, value: ".formatted(id, salt, keep))
          .append(value.isEmpty() ? "0" : "'" + value.strip() + "'")
          .append("}\n");
    }
    if (always) {
      yaml.append("    always_changed: true\n");
    }
    return yaml.toString();
  }
}
