package dev.ftpipe.proof;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.proof.Node.Folder;
import dev.ftpipe.proof.Node.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A project on the disk and its {@link Model}; every edit is made to both. */
final class World {
  final Path project;
  final Model model = new Model();
  private int nextId;

  /** A random pipeline of this many stages, written to an empty folder. */
  World(Path project, int stages, Random random) throws IOException {
    this.project = project;
    for (int i = 0; i < 4; i++) {
      put("src/" + i, new Text("source " + i + "\n", false));
    }
    put(
        "src/d",
        new Folder(
            new TreeMap<>(Map.of("a", new Text("a\n", false), "b/c", new Text("c\n", true)))));
    for (int i = 0; i < stages; i++) {
      add(random);
    }
    writeFiles();
  }

  void add(Random random) {
    int id = nextId++;
    List<String> readable = new ArrayList<>(List.of("src/0", "src/1", "src/2", "src/3", "src/d"));
    for (Plan plan : model.plans) {
      readable.addAll(plan.outs());
      if (plan.hasFolder() && plan.keep()) {
        readable.add(plan.folder() + "/keep");
      }
    }
    List<String> deps = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      // Rather the outputs of other stages than sources.
      String dep = readable.get(readable.size() - 1 - random.nextInt(Math.min(9, readable.size())));
      boolean overlaps =
          deps.stream().anyMatch(d -> d.startsWith(dep + "/") || dep.startsWith(d + "/"));
      if (!deps.contains(dep) && !overlaps) {
        deps.add(dep);
      }
    }
    List<Plan> plans = new ArrayList<>(model.plans);
    plans.add(
        new Plan(
            id,
            "s" + id,
            random.nextInt(6) == 0,
            deps,
            random.nextInt(6) - 2,
            random.nextInt(3),
            random.nextInt(3),
            random.nextInt(3) > 0,
            random.nextInt(8) > 0,
            random.nextInt(14) == 0));
    model.plans = plans;
  }

  void writeFiles() throws IOException {
    StringBuilder yaml = new StringBuilder("stages:");
    yaml.append(model.plans.isEmpty() ? " {}\n" : "\n");
    model.plans.forEach(plan -> yaml.append(plan.yaml()));
    Files.writeString(project.resolve("pipeline.yaml"), yaml);
    StringBuilder params = new StringBuilder();
    for (int i = 0; i < model.params.length; i++) {
      params.append("p").append(i).append(": ").append(model.params[i]).append("\n");
    }
    Files.writeString(project.resolve("params.yaml"), params);
  }

  /** Puts a node in place of whatever is there. */
  void put(String path, Node node) throws IOException {
    model.tree.put(path, node);
    write(project.resolve(path), node);
  }

  void delete(String path) throws IOException {
    model.tree.remove(path);
    AtomicFiles.deleteTree(project.resolve(path));
  }

  void touch(String path, Random random) throws IOException {
    Instant time = Instant.now().plusSeconds(random.nextInt(7200) - 3600);
    try (Stream<Path> all = Files.walk(project.resolve(path))) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Files.setLastModifiedTime(each, FileTime.from(time));
      }
    }
  }

  /** Every file with its text and mode, and every folder that can be a node. */
  NavigableMap<String, Object> onDisk() throws IOException {
    NavigableMap<String, Object> found = new TreeMap<>();
    for (String parent : List.of("src", "out")) {
      if (!Files.exists(project.resolve(parent))) {
        continue;
      }
      try (Stream<Path> nodes = Files.list(project.resolve(parent))) {
        for (Path each : (Iterable<Path>) nodes::iterator) {
          found.put(parent + "/" + each.getFileName(), read(each).orElseThrow());
        }
      }
    }
    return found;
  }

  static Optional<Node> read(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      boolean executable =
          Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
      return Optional.of(new Text(Files.readString(path), executable));
    }
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    NavigableMap<String, Text> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        files.put(path.relativize(each).toString(), (Text) read(each).orElseThrow());
      }
    }
    return Optional.of(new Folder(files));
  }

  static void write(Path path, Node node) throws IOException {
    AtomicFiles.deleteTree(path);
    if (node instanceof Folder) {
      Files.createDirectories(path);
    }
    for (var file : node.files("").entrySet()) {
      Path place = node instanceof Text ? path : path.resolve(file.getKey().substring(1));
      Files.createDirectories(place.getParent());
      Files.writeString(place, file.getValue().text());
      if (file.getValue().executable()) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(place);
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(place, permissions);
      }
    }
  }
}
