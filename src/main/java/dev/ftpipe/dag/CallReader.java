package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Place;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads a call of a built-in stage and checks it against the built-in's contract. */
final class CallReader {
  private final Map<String, StageKind<?>> kinds;
  private final Problems problems;

  CallReader(Map<String, StageKind<?>> kinds, Problems problems) {
    this.kinds = kinds;
    this.problems = problems;
  }

  Draft.Work read(Section stage) {
    StagePaths paths = new StagePaths(".", problems);
    Action action =
        stage
            .text("uses")
            .flatMap(name -> kind(name, stage))
            .map(kind -> call(kind, stage, paths))
            .orElse(Draft.Work.UNREADABLE);
    return new Draft.Work(action, paths, List.of());
  }

  private Optional<StageKind<?>> kind(String name, Section stage) {
    StageKind<?> kind = kinds.get(name);
    if (kind == null) {
      problems.add(
          place(stage, "uses"),
          "there is no built-in stage '"
              + name
              + "'"
              + Nearest.hint(
                  name,
                  kinds.keySet(),
                  "; there are: " + String.join(", ", new TreeSet<>(kinds.keySet()))));
    }
    return Optional.ofNullable(kind);
  }

  private Action call(StageKind<?> kind, Section stage, StagePaths paths) {
    Ports inputPorts = new Ports("in", kind.inputs());
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    inputPorts
        .read(kind, stage)
        .forEach(
            (name, value) -> inputs.put(name, input(inputPorts.port(name), value, name, paths)));
    Map<String, String> outputs = new LinkedHashMap<>();
    new Ports("out", kind.outputs())
        .read(kind, stage)
        .forEach(
            (name, value) ->
                paths.output(value, name, role(name)).ifPresent(path -> outputs.put(name, path)));
    ObjectNode parameters = parameters(kind, stage, inputs.keySet(), outputs.keySet());
    return new Action.Call(kind, parameters, inputs, outputs);
  }

  /** The folder that a trainer writes its curves to is called {@code metrics} in every built-in. */
  private static Output.Role role(String port) {
    return port.equals("metrics") ? Output.Role.METRIC : Output.Role.OUT;
  }

  private List<String> input(Optional<Port> port, Located value, String name, StagePaths paths) {
    boolean many = port.map(Port::many).orElse(false);
    if (many != value.node().isArray()) {
      problems.add(
          value.place(),
          "input '"
              + name
              + "' takes "
              + (many ? "a list of paths" : "one path")
              + "; found "
              + Section.describe(value.node()));
      return List.of();
    }
    List<Located> items = many ? value.items() : List.of(value);
    return items.stream().flatMap(item -> paths.input(item, name).stream()).toList();
  }

  private <P> ObjectNode parameters(
      StageKind<P> kind, Section stage, Set<String> inputs, Set<String> outputs) {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    Place place = stage.has("with") ? place(stage, "with") : place(stage, "uses");
    ObjectNode with =
        stage.section("with").map(section -> asObject(section, nothing)).orElse(nothing);
    Parameters.Outcome<P> outcome = Parameters.bind(kind, with);
    for (Parameters.Problem problem : outcome.problems()) {
      Place at = place.find(problem.at());
      problems.addAtKey(problem.ofName() ? at.ofKey() : at, problem.message());
    }
    outcome
        .bound()
        .ifPresent(
            bound -> {
              for (String problem : kind.problems(bound.value(), inputs, outputs)) {
                problems.addAtKey(place, problem);
              }
            });
    return outcome.bound().map(Parameters::resolved).orElse(nothing);
  }

  private static ObjectNode asObject(Section section, ObjectNode nothing) {
    ObjectNode object = nothing.objectNode();
    section.members().forEach((name, value) -> object.set(name, value.node()));
    return object;
  }

  private static Place place(Section stage, String key) {
    return stage.get(key).map(Located::place).orElse(stage.place());
  }

  /** The inputs or outputs of a built-in. */
  private final class Ports {
    private final String key;
    private final Map<String, Port> ports = new LinkedHashMap<>();

    Ports(String key, List<Port> ports) {
      this.key = key;
      ports.forEach(port -> this.ports.put(port.name(), port));
    }

    Optional<Port> port(String name) {
      Port port = ports.get(name);
      return Optional.ofNullable(port == null ? ports.get(Port.ANY_NAME) : port);
    }

    /** The given ports; a problem for every one that is unknown, and for every one that lacks. */
    Map<String, Located> read(StageKind<?> kind, Section stage) {
      Map<String, Located> given =
          new LinkedHashMap<>(stage.section(key).map(Section::members).orElse(Map.of()));
      Place place = stage.has(key) ? place(stage, key) : place(stage, "uses");
      given
          .entrySet()
          .removeIf(
              entry -> {
                boolean unknown = port(entry.getKey()).isEmpty();
                if (unknown) {
                  reportUnknown(entry.getKey(), entry.getValue().place(), kind);
                }
                return unknown;
              });
      for (Port port : ports.values()) {
        if (port.required() && !given.containsKey(port.name())) {
          problems.addAtKey(
              place, "'" + kind.name() + "' needs '" + port.name() + "' in '" + key + "'");
        }
      }
      return given;
    }

    private void reportUnknown(String name, Place place, StageKind<?> kind) {
      String known =
          ports.isEmpty() ? "; it has none" : "; known: " + String.join(", ", ports.keySet());
      problems.addAtKey(
          place,
          "'"
              + kind.name()
              + "' has no '"
              + name
              + "' in '"
              + key
              + "'"
              + Nearest.hint(name, ports.keySet(), known));
    }
  }
}
