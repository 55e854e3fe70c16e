package dev.ftpipe.dag;

import dev.ftpipe.base.Location;
import dev.ftpipe.config.Problems;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who writes what: finds the stages behind a path in time that grows with its depth only. */
final class OutputIndex {
  private final Map<String, Placed> owners = new HashMap<>();
  // Every folder above an output, with the stages that write somewhere in it.
  private final Map<String, Set<String>> below = new HashMap<>();

  private OutputIndex() {}

  /** Indexes the outputs; one that lies in another's place is added to {@code problems}. */
  static OutputIndex of(List<Placed> placed, Problems problems) {
    OutputIndex index = new OutputIndex();
    for (Placed each : placed) {
      for (Output output : each.stage().outs()) {
        index.add(each, output.path(), problems);
      }
    }
    for (Placed each : placed) {
      for (Output output : each.stage().outs()) {
        index.checkNested(each, output.path(), problems);
      }
    }
    return index;
  }

  private void add(Placed owner, String path, Problems problems) {
    Placed first = owners.putIfAbsent(path, owner);
    if (first != null) {
      problems.add(
          owner.at(path),
          first.stage().name().equals(owner.stage().name())
              ? "output '" + path + "' of stage '" + owner.stage().name() + "' is named twice"
              : "output '"
                  + path
                  + "' of stage '"
                  + owner.stage().name()
                  + "' is also an output of stage '"
                  + first.stage().name()
                  + "' ("
                  + first.at(path)
                  + "); a path has one writer");
      return;
    }
    for (String folder = parent(path); folder != null; folder = parent(folder)) {
      below.computeIfAbsent(folder, key -> new LinkedHashSet<>()).add(owner.stage().name());
    }
  }

  private void checkNested(Placed inner, String path, Problems problems) {
    for (String folder = parent(path); folder != null; folder = parent(folder)) {
      Placed outer = owners.get(folder);
      if (outer != null) {
        Location at = outer.at(folder);
        problems.add(
            inner.at(path),
            "output '"
                + path
                + "' of stage '"
                + inner.stage().name()
                + "' lies inside output '"
                + folder
                + "' of stage '"
                + outer.stage().name()
                + "' ("
                + at
                + "); outputs may not overlap");
        return;
      }
    }
  }

  /** The names of the stages that write the paths, a folder around them or something in them. */
  List<String> producersFor(List<String> paths) {
    Set<String> producers = new LinkedHashSet<>();
    for (String path : paths) {
      Placed owner = owner(path);
      if (owner != null) {
        producers.add(owner.stage().name());
      }
      Set<String> inside = below.get(path);
      if (inside != null) {
        producers.addAll(inside);
      }
    }
    return List.copyOf(producers);
  }

  /** The name of the stage that writes this path or a folder that it lies in. */
  Optional<String> ownerOf(String path) {
    Placed owner = owner(path);
    return owner == null ? Optional.empty() : Optional.of(owner.stage().name());
  }

  private @Nullable Placed owner(String path) {
    for (String at = path; at != null; at = parent(at)) {
      Placed owner = owners.get(at);
      if (owner != null) {
        return owner;
      }
    }
    return null;
  }

  /** Whether a stage writes this path, a folder around it or something in it. */
  boolean makes(String path) {
    return below.containsKey(path) || owner(path) != null;
  }

  /** The folder that a path lies in; {@code .} is the project, and lies in nothing. */
  private static @Nullable String parent(String path) {
    int slash = path.lastIndexOf('/');
    if (slash >= 0) {
      return path.substring(0, slash);
    }
    return path.equals(".") ? null : ".";
  }
}
