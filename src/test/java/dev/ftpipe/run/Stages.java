package dev.ftpipe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.base.Location;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Param;
import dev.ftpipe.dag.Reproducible;
import dev.ftpipe.dag.Resources;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.StageKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds stages for tests. */
final class Stages {
  private final String name;
  private Action action = new Action.Shell(List.of("true"), ".");
  private final List<String> deps = new ArrayList<>();
  private final List<Param> params = new ArrayList<>();
  private final List<Output> outs = new ArrayList<>();
  private final Map<String, String> env = new LinkedHashMap<>();
  private Optional<Duration> timeout = Optional.empty();
  private int retries;
  private boolean frozen;
  private boolean alwaysChanged;

  private Stages(String name) {
    this.name = name;
  }

  static Stages shell(String name, String... commands) {
    Stages stages = new Stages(name);
    stages.action = new Action.Shell(List.of(commands), ".");
    return stages;
  }

  static Stages call(
      String name,
      StageKind<?> kind,
      String with,
      Map<String, List<String>> inputs,
      Map<String, String> outputs) {
    Stages stages = new Stages(name);
    ObjectNode resolved =
        Parameters.bind(kind, Parameters.defaults(with)).bound().orElseThrow().resolved();
    stages.action = new Action.Call(kind, resolved, inputs, outputs);
    inputs.values().forEach(stages.deps::addAll);
    outputs.values().forEach(stages::out);
    return stages;
  }

  Stages dep(String... paths) {
    deps.addAll(Arrays.asList(paths));
    return this;
  }

  Stages param(String dotted, Object value) {
    JsonNode node = Json.mapper().valueToTree(value);
    params.add(new Param("params.yaml", dotted, node));
    return this;
  }

  Stages out(String path) {
    return out(path, true, false);
  }

  Stages out(String path, boolean cache, boolean persist) {
    outs.add(
        new Output(
            path, Output.Role.OUT, cache, persist, true, Optional.empty(), Optional.empty()));
    return this;
  }

  Stages metric(String path) {
    outs.add(
        new Output(
            path, Output.Role.METRIC, true, false, true, Optional.empty(), Optional.empty()));
    return this;
  }

  Stages env(String key, String value) {
    env.put(key, value);
    return this;
  }

  Stages timeout(Duration time) {
    timeout = Optional.of(time);
    return this;
  }

  Stages retries(int count) {
    retries = count;
    return this;
  }

  Stages frozen() {
    frozen = true;
    return this;
  }

  Stages alwaysChanged() {
    alwaysChanged = true;
    return this;
  }

  Stage build() {
    return new Stage(
        name,
        name,
        new Location("pipeline.yaml", 1, 1),
        action,
        List.copyOf(deps),
        List.copyOf(params),
        List.copyOf(outs),
        Map.copyOf(env),
        Resources.UNSAID,
        timeout,
        retries,
        frozen,
        alwaysChanged,
        new Reproducible.Bytes(),
        Optional.empty());
  }
}
