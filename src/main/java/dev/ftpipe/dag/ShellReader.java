package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.config.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a stage that runs shell commands, as DVC defines it. */
final class ShellReader {
  private final Problems problems;

  ShellReader(Problems problems) {
    this.problems = problems;
  }

  Draft.Work read(Section stage) {
    String folder = folder(stage);
    StagePaths paths = new StagePaths(folder, problems);
    for (Located dep : stage.list("deps")) {
      paths.dependency(dep);
    }
    outputs(stage.list("outs"), Output.Role.OUT, paths);
    outputs(stage.list("metrics"), Output.Role.METRIC, paths);
    outputs(stage.list("plots"), Output.Role.PLOT, paths);
    List<Draft.ParamFile> params = params(stage, paths);
    Optional<Located> cmd = stage.get("cmd");
    List<String> commands = cmd.isPresent() ? commands(cmd.get()) : List.of();
    Action action = commands.isEmpty() ? Draft.Work.UNREADABLE : new Action.Shell(commands, folder);
    return new Draft.Work(action, paths, params);
  }

  private static void outputs(List<Located> outputs, Output.Role role, StagePaths paths) {
    for (Located output : outputs) {
      paths.output(output, role);
    }
  }

  private String folder(Section stage) {
    if (!stage.has("wdir")) {
      return ".";
    }
    Optional<Located> wdir = stage.get("wdir");
    return stage
        .text("wdir")
        .map(
            text -> {
              ProjectPaths.Checked checked = ProjectPaths.from(".", text);
              if (!checked.ok()) {
                wdir.ifPresent(at -> problems.add(at.place(), "'wdir': " + checked.problem()));
              }
              return checked.ok() ? checked.path() : ".";
            })
        .orElse(".");
  }

  private List<String> commands(Located cmd) {
    List<Located> lines = cmd.node().isArray() ? cmd.items() : List.of(cmd);
    List<String> commands = new ArrayList<>();
    for (Located line : lines) {
      if (!line.node().isTextual()) {
        problems.add(
            line.place(),
            "'cmd' has to be a text or a list of texts; found " + Section.describe(line.node()));
      } else if (line.node().textValue().isBlank()) {
        problems.add(line.place(), "'cmd' holds an empty command");
      } else {
        commands.add(line.node().textValue());
      }
    }
    if (lines.isEmpty()) {
      problems.add(cmd.place(), "'cmd' is an empty list; at least one command is expected");
    }
    return commands;
  }

  /** By file; a file that is named whole anywhere is read whole. */
  private List<Draft.ParamFile> params(Section stage, StagePaths paths) {
    Map<String, Draft.ParamFile> files = new LinkedHashMap<>();
    for (Located item : stage.list("params")) {
      if (item.node().isTextual()) {
        Located file = new Located(TextNode.valueOf(ParamFiles.DEFAULT), item.place());
        add(files, paths, file, List.of(item), item);
      } else if (item.node().isObject()) {
        item.members()
            .forEach(
                (name, names) -> {
                  Located file = new Located(TextNode.valueOf(name), names.place().ofKey());
                  if (names.node().isNull() || (names.node().isArray() && names.node().isEmpty())) {
                    add(files, paths, file, List.of(), file);
                  } else {
                    add(files, paths, file, names(names), file);
                  }
                });
      } else {
        problems.add(
            item.place(),
            "'params' lists names, and mappings of a file to names; found "
                + Section.describe(item.node()));
      }
    }
    return List.copyOf(files.values());
  }

  private List<Located> names(Located names) {
    if (!names.node().isArray()) {
      problems.add(
          names.place(),
          "names of params have to be a list; found " + Section.describe(names.node()));
    }
    return names.items();
  }

  private static void add(
      Map<String, Draft.ParamFile> files,
      StagePaths paths,
      Located file,
      List<Located> names,
      Located at) {
    Optional<String> path = paths.path(file, "a params file");
    if (path.isEmpty()) {
      return;
    }
    Draft.ParamFile before = files.get(path.get());
    boolean whole = names.isEmpty() || (before != null && before.names().isEmpty());
    List<Located> all = new ArrayList<>(before == null ? List.of() : before.names());
    all.addAll(names);
    files.put(path.get(), new Draft.ParamFile(path.get(), whole ? List.of() : all, at));
  }
}
