package dev.ftpipe.config;

import dev.ftpipe.base.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads {@code vars}: files ({@code file.yaml}, {@code file.yaml:key,key}) and inline mappings. A
 * name may be defined once.
 */
public final class VarsReader {
  private final ParamFiles files;
  private final Problems problems;

  public VarsReader(ParamFiles files, Problems problems) {
    this.files = files;
    this.problems = problems;
  }

  /** The variables of a pipeline: those of {@code params.yaml} and of its {@code vars}. */
  public Variables global(List<Located> vars) {
    Map<String, Set<String>> loaded = new HashMap<>();
    loaded.put(ParamFiles.DEFAULT, Set.of());
    return new Variables(read(files.defaults(), vars, "", loaded));
  }

  /**
   * The variables of a stage: the pipeline's and its own.
   *
   * @param folder what the files' names are relative to, with a closing {@code /}; or empty
   */
  public Variables local(Variables global, List<Located> vars, String folder) {
    return vars.isEmpty()
        ? global
        : global.withGlobal(reserved(global, read(global.global(), vars, folder, new HashMap<>())));
  }

  /** What {@code foreach} and {@code matrix} define hides a name; defining it again is a slip. */
  private Located reserved(Variables outer, Located values) {
    for (String name : outer.hiding()) {
      Optional<Located> own = values.member(name);
      if (own.isPresent() && outer.global().member(name).isEmpty()) {
        problems.addAtKey(
            own.get().place(), "'" + name + "' is what foreach or matrix gives; take another name");
      }
    }
    return values;
  }

  private Located read(
      Located start, List<Located> vars, String folder, Map<String, Set<String>> loaded) {
    Overlay overlay = new Overlay(Overlay.Same.REFUSED, problems);
    Located values = start;
    for (Located item : vars) {
      if (Template.isTemplate(item.node())) {
        problems.add(item.place(), "vars hold values, not ${…}");
      } else if (item.node().isTextual()) {
        Optional<Located> file = fromFile(item, folder, loaded);
        values = file.isPresent() ? overlay.merge(values, file.get()) : values;
      } else if (item.node().isObject()) {
        values = overlay.merge(values, item);
      } else {
        problems.add(
            item.place(),
            "vars hold names of files and mappings; found " + Section.describe(item.node()));
      }
    }
    return values;
  }

  private Optional<Located> fromFile(Located item, String folder, Map<String, Set<String>> loaded) {
    String text = item.node().textValue();
    int colon = text.indexOf(':');
    ProjectPaths.Checked checked =
        ProjectPaths.from(
            folder.isEmpty() ? "." : folder, colon < 0 ? text : text.substring(0, colon));
    if (!checked.ok()) {
      problems.add(item.place(), checked.problem());
      return Optional.empty();
    }
    String path = checked.path();
    Set<String> keys = new TreeSet<>();
    if (colon >= 0) {
      for (String key : text.substring(colon + 1).split(",", -1)) {
        if (!key.isBlank()) {
          keys.add(key.strip());
        }
      }
    }
    Set<String> before = loaded.get(path);
    if (before != null && before.isEmpty() && keys.isEmpty()) {
      return Optional.empty(); // the whole file a second time changes nothing
    }
    if (before != null && (before.isEmpty() || keys.isEmpty())) {
      problems.add(item.place(), "'" + path + "' is loaded already; name it once");
      return Optional.empty();
    }
    Set<String> all = new TreeSet<>(keys);
    all.addAll(before == null ? Set.of() : before);
    loaded.put(path, all);
    if (!files.exists(path)) {
      problems.add(item.place(), "there is no file '" + path + "'");
      return Optional.empty();
    }
    return files.mapping(path).map(file -> keys.isEmpty() ? file : only(keys, file, item));
  }

  private Located only(Set<String> keys, Located file, Located item) {
    Map<String, Located> chosen = new LinkedHashMap<>();
    for (String key : keys) {
      Optional<Located> member = file.member(key);
      if (member.isEmpty()) {
        List<String> known = new ArrayList<>();
        file.node().fieldNames().forEachRemaining(known::add);
        problems.add(
            item.place(),
            "there is no '" + key + "' in " + file.place().at().file() + Nearest.hint(key, known));
      } else {
        chosen.put(key, member.get());
      }
    }
    return Located.mapping(file.place(), chosen);
  }
}
