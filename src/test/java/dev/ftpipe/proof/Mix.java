package dev.ftpipe.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A built-in that makes a file, a folder or both from all that it reads and is told. */
record Mix() implements StageKind<Mix.With> {
  /**
   * What the stage is told.
   *
   * @param id makes the content different from that of every other stage
   * @param keep whether the folder has a file that is always there
   */
  record With(int id, int salt, int value, boolean keep) {
    /** One of few, so that another input often gives the same output. */
    private int outcome(NavigableMap<String, Node.Text> read) {
      return Math.floorMod((salt + ";" + value + ";" + read).hashCode(), 4);
    }

    Node.Text file(NavigableMap<String, Node.Text> read) {
      int outcome = outcome(read);
      return new Node.Text("file " + id + "." + outcome + "\n", outcome == 1);
    }

    Node.Folder folder(NavigableMap<String, Node.Text> read) {
      int outcome = outcome(read);
      NavigableMap<String, Node.Text> files = new TreeMap<>();
      if (keep) {
        files.put("keep", new Node.Text("keep " + id + "." + outcome % 2 + "\n", false));
      }
      for (int i = 0; i < outcome; i++) {
        String name = i == 1 ? "sub/f" + outcome : "f" + i;
        files.put(name, new Node.Text("part " + id + "." + i + "\n", i == 2));
      }
      return new Node.Folder(files);
    }
  }

  @Override
  public String name() {
    return "mix";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Port> inputs() {
    return List.of(Port.anyLists());
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.optional("file"), Port.optional("folder"));
  }

  @Override
  public Class<With> parametersType() {
    return With.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults("{\"keep\": true}");
  }

  @Override
  public void run(StageContext<With> context) throws IOException {
    NavigableMap<String, Node.Text> read = new TreeMap<>();
    for (Path input : context.inputs("read")) {
      String path = context.display(input);
      read.putAll(World.read(input).orElseThrow().files(path));
    }
    Optional<Path> file = context.optionalOutput("file");
    if (file.isPresent()) {
      World.write(file.get(), context.parameters().file(read));
    }
    Optional<Path> folder = context.optionalOutput("folder");
    if (folder.isPresent()) {
      World.write(folder.get(), context.parameters().folder(read));
    }
  }
}
