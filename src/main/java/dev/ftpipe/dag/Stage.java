package dev.ftpipe.dag;

import dev.ftpipe.base.Location;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One node of the graph, after templating and expansion.
 *
 * @param name unique: {@code train}, {@code data_split@orca.jsonl}
 * @param group the name without {@code @item}
 * @param location where it stands in the pipeline file
 * @param deps every file or folder it reads, a call's inputs included; project-relative, in order
 * @param params declared by a shell stage; a call's are in its action
 * @param outs every file or folder it writes, a call's outputs included
 * @param env variables that the stage sees and that are part of its key
 * @param timeout of one attempt
 * @param retries after a failure of the environment
 * @param reproducible what {@code repro --check} demands
 */
public record Stage(
    String name,
    String group,
    Location location,
    Action action,
    List<String> deps,
    List<Param> params,
    List<Output> outs,
    Map<String, String> env,
    Resources resources,
    Optional<Duration> timeout,
    int retries,
    boolean frozen,
    boolean alwaysChanged,
    Reproducible reproducible,
    Optional<String> description) {
  /** This stage with other things to read. */
  Stage reading(List<String> otherDeps, List<Param> otherParams) {
    return with(otherDeps, otherParams, env);
  }

  /** This stage with more variables, as one machine runs it; those that it declares stay. */
  public Stage on(Map<String, String> machine) {
    Map<String, String> all = new HashMap<>(machine);
    all.putAll(env);
    return with(deps, params, all);
  }

  /** This stage as it was when it did something else. */
  public Stage as(
      Action otherAction, List<String> otherDeps, List<Param> otherParams, List<Output> otherOuts) {
    return new Stage(
        name,
        group,
        location,
        otherAction,
        otherDeps,
        otherParams,
        otherOuts,
        env,
        resources,
        timeout,
        retries,
        frozen,
        alwaysChanged,
        reproducible,
        description);
  }

  private Stage with(
      List<String> otherDeps, List<Param> otherParams, Map<String, String> otherEnv) {
    return new Stage(
        name,
        group,
        location,
        action,
        otherDeps,
        otherParams,
        outs,
        otherEnv,
        resources,
        timeout,
        retries,
        frozen,
        alwaysChanged,
        reproducible,
        description);
  }
}
