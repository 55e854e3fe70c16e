package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A change of one parameter, as {@code -S} writes it: {@code [FILE:]NAME=VALUE}, {@code
 * +NAME=VALUE} for a new one, {@code ++NAME=VALUE} for either, {@code ~NAME} to remove one.
 *
 * @param file params file, relative to the project; {@code params.yaml} by default
 * @param name dotted, as in {@code train.sizes[0]}
 * @param value as it was written; empty when a parameter is removed
 */
public record Assignment(String file, Kind kind, String name, String value) {
  /** What happens to the parameter. */
  public enum Kind {
    SET(""),
    ADD("+"),
    SET_OR_ADD("++"),
    REMOVE("~");

    private final String sign;

    Kind(String sign) {
      this.sign = sign;
    }
  }

  /** The most runs that a grid may mean; beyond, it is a slip. */
  private static final int MOST_RUNS = 10_000;

  /**
   * What one {@code -S} means: one assignment, or one for each value of a list without brackets,
   * {@code choice(a,b)} or {@code range(start,stop,step)}.
   *
   * @throws FtpipeException wrong use, for anything else
   */
  public static List<Assignment> parse(String option) {
    Problems problems = new Problems();
    List<Assignment> choices = parse(option, problems);
    problems.throwIfAny();
    return choices;
  }

  /**
   * Every combination of what these {@code -S} mean, the last option the fastest; one empty
   * combination when there are none.
   *
   * @throws FtpipeException wrong use, with every option that is wrong
   */
  public static List<List<Assignment>> grid(List<String> options) {
    Problems problems = new Problems();
    List<List<Assignment>> runs = List.of(List.of());
    for (String option : options) {
      List<Assignment> choices = parse(option, problems);
      if (choices.isEmpty()) {
        continue;
      }
      if ((long) runs.size() * choices.size() > MOST_RUNS) {
        throw FtpipeException.usage(
            "the values of -S make more than " + MOST_RUNS + " combinations");
      }
      List<List<Assignment>> longer = new ArrayList<>();
      for (List<Assignment> run : runs) {
        for (Assignment choice : choices) {
          List<Assignment> extended = new ArrayList<>(run);
          extended.add(choice);
          longer.add(List.copyOf(extended));
        }
      }
      runs = longer;
    }
    problems.throwIfAny();
    return runs;
  }

  /** None after adding to the problems. */
  static List<Assignment> parse(String option, Problems problems) {
    int equals = option.indexOf('=');
    String left = equals < 0 ? option : option.substring(0, equals);
    int colon = left.lastIndexOf(':');
    String file = colon < 0 ? ParamFiles.DEFAULT : left.substring(0, colon).strip();
    String name = left.substring(colon + 1).strip();
    Kind kind = kind(name);
    name = name.substring(kind.sign.length()).strip();
    boolean complete = equals >= 0 || kind == Kind.REMOVE;
    if (!complete || file.isEmpty() || Expression.parse(name).isEmpty()) {
      problems.add(
          Location.ofArgument("-S " + option),
          "has to be NAME=VALUE, as in train.learning_rate=1e-4");
      return List.of();
    }
    ProjectPaths.Checked checked = ProjectPaths.from(".", file);
    if (!checked.ok()) {
      problems.add(Location.ofArgument("-S " + option), checked.problem());
      return List.of();
    }
    List<Assignment> choices = new ArrayList<>();
    try {
      String value = equals < 0 ? "" : option.substring(equals + 1).strip();
      for (String choice : Choices.of(value)) {
        choices.add(new Assignment(checked.path(), kind, name, choice));
      }
    } catch (IllegalArgumentException e) {
      problems.add(Location.ofArgument("-S " + option), String.valueOf(e.getMessage()));
    }
    return choices;
  }

  private static Kind kind(String name) {
    if (name.startsWith("++")) {
      return Kind.SET_OR_ADD;
    }
    return name.startsWith("+") ? Kind.ADD : name.startsWith("~") ? Kind.REMOVE : Kind.SET;
  }

  List<String> steps() {
    return Expression.parse(name).orElseThrow().steps();
  }

  /**
   * The value: a text in quotes, a list or mapping in brackets, else a number, true, false, null,
   * or the text itself. Nothing is the empty text.
   */
  Optional<JsonNode> node(Problems problems) {
    if (value.isEmpty() || "[{\"'".indexOf(value.charAt(0)) < 0) {
      return Optional.of(
          value.isEmpty()
              ? com.fasterxml.jackson.databind.node.TextNode.valueOf("")
              : YamlScalars.plain(value));
    }
    Problems found = new Problems();
    Optional<JsonNode> parsed = Yaml.parse(value, "-S", found).map(Located::node);
    problems.addAll(at(), found);
    return parsed;
  }

  /** Where a problem of it is: as it stands on the command line. */
  Location at() {
    return Location.ofArgument("-S " + this);
  }

  @Override
  public String toString() {
    String prefix = file.equals(ParamFiles.DEFAULT) ? "" : file + ":";
    return prefix + kind.sign + name + (kind == Kind.REMOVE ? "" : "=" + value);
  }
}
