package dev.ftpipe.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A pipeline of shell stages in five layers: a foreach, folders, files over 1 MiB, metrics. Every
 * stage writes each of its outputs in two halves with a pause between, is deterministic, and tells
 * a file outside the project when it starts and when it is done.
 */
final class Workload {
  /** Names the file that the stages report to. */
  static final String DIARY = "PROOF_DIARY";

  /** Names the process that runs them, in that file. */
  static final String RUN = "PROOF_RUN";

  private static final String MAKE =
      """
      # make.sh NAME OUT... -- DEP...
      name=$1; shift
      echo "start $name $PROOF_RUN" >> "$PROOF_DIARY"
      outs=
      while [ "$1" != -- ]; do outs="$outs $1"; shift; done
      shift
      sum=$(find "$@" -type f | LC_ALL=C sort | xargs cat | cksum | tr ' ' -)
      # Some take long enough to be alive when the next repro starts, should theirs be killed.
      pause=0.004; case $name in *5) pause=0.4 ;; esac
      for out in $outs; do
        case $out in
          *.dir) mkdir -p $out/sub; echo "$sum a" > $out/a; echo "$sum b" > $out/sub/b ;;
          *.big) yes "$name $sum" | head -c 700000 > $out ;;
          *.json) printf '{"%s": ' $name > $out ;;
          *) echo "$name $sum" > $out ;;
        esac
      done
      sleep $pause
      for out in $outs; do
        case $out in
          *.dir) echo "$sum c" > $out/c; echo more >> $out/a; echo tool > $out/sub/x; chmod +x $out/sub/x ;;
          *.big) yes "$sum $name" | head -c 600000 >> $out ;;
          *.json) echo "${sum%-*}}" >> $out ;;
          *) echo "$out complete" >> $out ;;
        esac
      done
      echo "done $name $PROOF_RUN" >> "$PROOF_DIARY"
      """;

  /** Stage to its outputs. */
  private final NavigableMap<String, List<String>> outputs = new TreeMap<>();

  private final StringBuilder yaml = new StringBuilder("stages:\n");

  private Workload(int a, int b, int c, int d, int items) {
    List<String> previous = foreach(items);
    previous = layer("a", a, previous);
    previous = layer("b", b, previous);
    previous = layer("c", c, previous);
    layer("d", d, previous);
  }

  static Workload ofSixtyStages() {
    return new Workload(16, 16, 11, 5, 12);
  }

  static Workload small() {
    return new Workload(4, 4, 3, 1, 3);
  }

  private List<String> foreach(int items) {
    List<String> made = new ArrayList<>();
    yaml.append("  prep:\n    foreach: [");
    for (int i = 0; i < items; i++) {
      yaml.append(i == 0 ? "" : ", ").append("i").append(i);
      made.add("work/prep/i" + i + ".txt");
      outputs.put("prep@i" + i, List.of(made.get(i)));
    }
    yaml.append("]\n")
        .append(
            """
                do:
                  cmd: sh make.sh prep-${item} work/prep/${item}.txt -- src/${item}
                  deps: [make.sh, 'src/${item}']
                  outs: ['work/prep/${item}.txt']
            """);
    return made;
  }

  private List<String> layer(String letter, int count, List<String> previous) {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = letter + i;
      String base = "work/" + letter + "/" + i;
      List<String> outs = new ArrayList<>(List.of(base + ".txt"));
      if (i % 4 == 1) {
        outs.add(base + ".dir");
      }
      if (i % 5 == 2) {
        outs.add(base + ".big");
      }
      made.add(outs.get(outs.size() - 1));
      List<String> deps =
          List.of(previous.get(i % previous.size()), previous.get((i * 7 + 3) % previous.size()));
      List<String> all = new ArrayList<>(outs);
      String metrics = "";
      if (letter.equals("d")) {
        all.add(base + ".json");
        metrics = "    metrics: [%s.json]\n".formatted(base);
      }
      outputs.put(name, List.copyOf(all));
      yaml.append(
          """
            %s:
              cmd: sh make.sh %s %s -- %s
              deps: [make.sh, %s]
              outs: [%s]
          """
              .formatted(
                  name,
                  name,
                  String.join(" ", all),
                  String.join(" ", deps),
                  String.join(", ", deps.stream().distinct().toList()),
                  String.join(", ", outs)));
      yaml.append(metrics);
    }
    return made;
  }

  /** Stage to the paths of its outputs. */
  Map<String, List<String>> outputs() {
    return outputs;
  }

  /** A new project in this folder, which is made. */
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("src"));
    for (int i = 0; i < 12; i++) {
      Files.writeString(folder.resolve("src/i" + i), "source " + i + "\n");
    }
    Files.writeString(folder.resolve("make.sh"), MAKE);
    Files.writeString(folder.resolve("pipeline.yaml"), yaml);
    return folder;
  }
}
