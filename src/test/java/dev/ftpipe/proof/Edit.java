package dev.ftpipe.proof;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.proof.Node.Folder;
import dev.ftpipe.proof.Node.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * One thing that a user does between two repros.
 *
 * @param seed decides to what, and how
 */
record Edit(Kind kind, int seed) {
  /** What can be done. */
  enum Kind {
    SOURCE,
    SOURCE_IN_FOLDER,
    TOUCH,
    PARAM,
    COMMAND,
    DELETE_OUTPUT,
    EDIT_OUTPUT,
    EXECUTE_BIT,
    RENAME_IN_FOLDER,
    FILE_FOR_FOLDER,
    ADD_TO_FOLDER,
    DELETE_CACHE,
    DELETE_STATE,
    DELETE_LOCK,
    ADD_STAGE,
    REMOVE_STAGE,
    RENAME_STAGE
  }

  void apply(World world) throws IOException {
    Random random = new Random(seed);
    Model model = world.model;
    switch (kind) {
      case SOURCE ->
          world.put(
              "src/" + random.nextInt(4), new Text("source v" + random.nextInt(3) + "\n", false));
      case SOURCE_IN_FOLDER -> {
        NavigableMap<String, Text> files = files(model, "src/d");
        files.put("a", new Text("a v" + random.nextInt(3) + "\n", false));
        world.put("src/d", new Folder(files));
      }
      case TOUCH -> world.touch(any(random, List.copyOf(model.tree.keySet())), random);
      case PARAM -> model.params[random.nextInt(4)] = random.nextInt(3);
      case DELETE_CACHE -> {
        model.forgetCache();
        AtomicFiles.deleteTree(world.project.resolve(".ftpipe/cache"));
      }
      case DELETE_STATE -> AtomicFiles.deleteTree(world.project.resolve(".ftpipe/state"));
      case DELETE_LOCK -> {
        model.forgetLock();
        Files.deleteIfExists(world.project.resolve("pipeline.lock"));
        // The journal of what the lock file does not say yet would be one without its lock file.
        AtomicFiles.deleteTree(world.project.resolve(".ftpipe/state"));
      }
      case ADD_STAGE -> world.add(random);
      case COMMAND, REMOVE_STAGE, RENAME_STAGE -> editStage(model, random);
      default -> editNode(world, random);
    }
    world.writeFiles();
  }

  private void editStage(Model model, Random random) {
    if (model.plans.isEmpty()) {
      return;
    }
    List<Plan> plans = new ArrayList<>(model.plans);
    int index = random.nextInt(plans.size());
    Plan plan = plans.get(index);
    switch (kind) {
      case COMMAND -> plans.set(index, plan.salted(random.nextInt(3)));
      case RENAME_STAGE -> plans.set(index, plan.named("r" + plan.id() + "_" + random.nextInt(2)));
      default -> {
        plans.remove(index);
        plans.replaceAll(
            each -> each.reading(each.deps().stream().filter(dep -> !plan.makes(dep)).toList()));
      }
    }
    model.plans = plans;
  }

  private void editNode(World world, Random random) throws IOException {
    Model model = world.model;
    List<String> paths = new ArrayList<>();
    for (Plan plan : model.plans) {
      paths.addAll(plan.outs().stream().filter(model.tree::containsKey).toList());
    }
    boolean ofSources =
        kind == Kind.EXECUTE_BIT || kind == Kind.RENAME_IN_FOLDER || kind == Kind.ADD_TO_FOLDER;
    if (paths.isEmpty() || (ofSources && random.nextBoolean())) {
      if (!ofSources) {
        return;
      }
      paths = List.of("src/0", "src/1", "src/2", "src/3", "src/d", "src/d");
    }
    String path = any(random, paths);
    Node node = model.tree.get(path);
    NavigableMap<String, Text> files = files(model, path);
    switch (kind) {
      case DELETE_OUTPUT -> world.delete(path);
      case FILE_FOR_FOLDER ->
          world.put(
              path,
              node instanceof Text text
                  ? new Folder(new TreeMap<>(java.util.Map.of("x", text)))
                  : new Text("instead of a folder\n", false));
      case EDIT_OUTPUT, EXECUTE_BIT -> {
        if (node instanceof Text text) {
          world.put(path, changed(text));
        } else if (!files.isEmpty()) {
          files.compute(any(random, List.copyOf(files.keySet())), (name, text) -> changed(text));
          world.put(path, new Folder(files));
        }
      }
      case RENAME_IN_FOLDER -> {
        if (!files.isEmpty() && node instanceof Folder) {
          String name = any(random, List.copyOf(files.keySet()));
          files.put(name + "_", files.remove(name));
          world.put(path, new Folder(files));
        }
      }
      default -> {
        if (node instanceof Folder) {
          files.put("added", new Text("by hand\n", false));
          world.put(path, new Folder(files));
        }
      }
    }
  }

  // Of the same length: nothing but the time and the bytes tell it from what was there.
  private Text changed(Text text) {
    return kind == Kind.EXECUTE_BIT
        ? new Text(text.text(), !text.executable())
        : new Text("X" + text.text().substring(1), text.executable());
  }

  private static NavigableMap<String, Text> files(Model model, String path) {
    return model.tree.get(path) instanceof Folder folder
        ? new TreeMap<>(folder.files())
        : new TreeMap<>();
  }

  private static <T> T any(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
