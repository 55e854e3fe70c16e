package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import dev.ftpipe.base.Nearest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes parameters in the text of their file: comments, order, quotes and all other values stay
 * as they are.
 */
public final class ParamEdits {
  private final ParamsFormat format;
  private final String file;
  private final Problems problems;
  private String text;

  private ParamEdits(String file, String text, Problems problems) {
    this.format = ParamsFormat.of(file);
    this.file = file;
    this.text = text;
    this.problems = problems;
  }

  /**
   * The new texts of the params files that these assignments change; writes nothing.
   *
   * @param root the project folder
   * @return path of a file, relative to the project, to its whole new text
   * @throws FtpipeException wrong use, with everything that is wrong: no such file, no such
   *     parameter, a file that cannot be read
   */
  public static Map<String, String> apply(Path root, List<Assignment> assignments) {
    Problems problems = new Problems();
    Map<String, List<Assignment>> byFile = new LinkedHashMap<>();
    for (Assignment assignment : assignments) {
      byFile.computeIfAbsent(assignment.file(), name -> new ArrayList<>()).add(assignment);
    }
    Map<String, String> texts = new LinkedHashMap<>();
    byFile.forEach(
        (name, its) -> {
          Path path = root.resolve(name);
          Optional<String> text =
              name.equals(ParamFiles.DEFAULT) && !Files.exists(path)
                  ? Optional.of("")
                  : Yaml.text(path, name, problems);
          text.flatMap(found -> apply(name, found, its, problems))
              .ifPresent(found -> texts.put(name, found));
        });
    problems.throwIfAny();
    return texts;
  }

  /** The new text of one file; empty after adding to the problems. */
  static Optional<String> apply(
      String file, String text, List<Assignment> assignments, Problems problems) {
    int before = problems.size();
    ParamEdits edits = new ParamEdits(file, text, problems);
    for (Assignment assignment : assignments) {
      edits.apply(assignment);
    }
    return problems.size() == before ? Optional.of(edits.text) : Optional.empty();
  }

  private void apply(Assignment assignment) {
    Location at = assignment.at();
    if (format == ParamsFormat.PYTHON) {
      problems.add(at, "a Python file is not changed; edit '" + file + "' by hand");
      return;
    }
    Optional<Located> content = format.parse(text, file, problems);
    Optional<JsonNode> value =
        assignment.kind() == Assignment.Kind.REMOVE
            ? Optional.of(JsonNodeFactory.instance.nullNode())
            : assignment.node(problems);
    if (content.isEmpty() || value.isEmpty()) {
      return;
    }
    JsonNode root = content.get().node();
    if (!root.isObject() && !root.isNull()) {
      problems.add(content.get().place(), "the file has to be a mapping");
      return;
    }
    String problem = change(assignment, root, assignment.steps(), value.get());
    if (!problem.isEmpty()) {
      problems.add(at, problem);
    }
  }

  /** What hinders the change; nothing after making it. */
  private String change(Assignment assignment, JsonNode root, List<String> steps, JsonNode value) {
    int known = known(root, steps);
    boolean exists = known == steps.size();
    String name = String.join(".", steps);
    if (exists && value.isObject() && at(root, steps).isObject()) {
      return changeMembers(assignment, steps, value);
    }
    switch (assignment.kind()) {
      case REMOVE, SET -> {
        if (!exists) {
          return "there is no parameter '"
              + name
              + "' in "
              + file
              + Nearest.hint(name, names("", root))
              + (assignment.kind() == Assignment.Kind.SET ? " (+" + name + "=… adds it)" : "");
        }
      }
      case ADD -> {
        if (exists) {
          return "there is a parameter '" + name + "' in " + file + " already; leave out the '+'";
        }
      }
      case SET_OR_ADD -> {}
    }
    if (!exists
        && !at(root, steps.subList(0, known)).isObject()
        && !(known == 0 && root.isNull())) {
      JsonNode around = at(root, steps.subList(0, known));
      if (!around.isNull()) {
        return "'"
            + String.join(".", steps.subList(0, known))
            + "' is "
            + Section.describe(around)
            + " and takes no '"
            + steps.get(known)
            + "'";
      }
    }
    try {
      String before = text;
      write(assignment, steps, known, value);
      return check(steps, value, assignment.kind() == Assignment.Kind.REMOVE)
          ? ""
          : restored(before, name);
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String changeMembers(Assignment assignment, List<String> steps, JsonNode value) {
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      List<String> longer = new ArrayList<>(steps);
      longer.add(member.getKey());
      Optional<Located> now = format.parse(text, file, problems);
      String problem =
          now.isEmpty() ? "" : change(assignment, now.get().node(), longer, member.getValue());
      if (!problem.isEmpty()) {
        return problem;
      }
    }
    return "";
  }

  private void write(Assignment assignment, List<String> steps, int known, JsonNode value) {
    ValueText values = new ValueText(format);
    SpanEditor editor = new SpanEditor(text, values);
    Span parent = format.spans(text);
    Optional<Span.Member> above = Optional.empty();
    int depth = 0;
    // As far as the file itself goes: a key that was merged in has no characters here.
    while (depth < steps.size() - 1 && parent.step(steps.get(depth)).isPresent()) {
      above = Optional.ofNullable(parent.members.get(steps.get(depth)));
      parent = parent.step(steps.get(depth)).get();
      depth++;
    }
    String last = steps.get(depth);
    if (assignment.kind() == Assignment.Kind.REMOVE) {
      if (!parent.members.containsKey(last)) {
        throw new IllegalArgumentException("only a key that stands in " + file + " can be removed");
      }
      text = editor.remove(parent, last);
      return;
    }
    String written = values.of(value, assignment.value());
    Span.Member member = parent.members.get(last);
    if (member != null && depth == steps.size() - 1) {
      text = editor.replace(member, written);
    } else if (!parent.items.isEmpty()) {
      text = editor.replace(parent.step(last).orElseThrow(), written);
    } else if (parent.form == Span.Form.SCALAR && above.isPresent() && known > 0) {
      JsonNode nested = value;
      for (int i = steps.size() - 1; i >= depth; i--) {
        nested = JsonNodeFactory.instance.objectNode().set(steps.get(i), nested);
      }
      text = editor.replace(above.get(), values.of(nested, ""));
    } else {
      text = editor.append(parent, steps.subList(depth, steps.size()), written);
    }
  }

  /** Whether the new text means what was asked for. */
  private boolean check(List<String> steps, JsonNode value, boolean removed) {
    Problems after = new Problems();
    Optional<Located> content = format.parse(text, file, after);
    if (content.isEmpty()) {
      return false;
    }
    JsonNode root = content.get().node();
    return removed
        ? known(root, steps) < steps.size()
        : known(root, steps) == steps.size() && same(at(root, steps), value);
  }

  private static boolean same(JsonNode found, JsonNode wanted) {
    if (found.isNumber() && wanted.isNumber()) {
      return Double.compare(found.doubleValue(), wanted.doubleValue()) == 0;
    }
    return found.equals(wanted) || found.toString().equals(wanted.toString());
  }

  private String restored(String before, String name) {
    text = before;
    return "'" + name + "' is written in a way that is not changed by itself; edit " + file;
  }

  /** How many of the steps lead somewhere. */
  private static int known(JsonNode root, List<String> steps) {
    int known = 0;
    JsonNode node = root;
    while (known < steps.size()) {
      JsonNode next = step(node, steps.get(known));
      if (next == null) {
        break;
      }
      node = next;
      known++;
    }
    return known;
  }

  private static JsonNode at(JsonNode root, List<String> steps) {
    JsonNode node = root;
    for (String step : steps) {
      node = java.util.Objects.requireNonNull(step(node, step));
    }
    return node;
  }

  private static @org.jspecify.annotations.Nullable JsonNode step(JsonNode node, String step) {
    return node.isArray()
        ? Expression.index(step, node).map(node::get).orElse(null)
        : node.get(step);
  }

  private static List<String> names(String prefix, JsonNode mapping) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
      names.add(prefix + entry.getKey());
      names.addAll(names(prefix + entry.getKey() + ".", entry.getValue()));
    }
    return names;
  }
}
