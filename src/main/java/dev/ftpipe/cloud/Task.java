package dev.ftpipe.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A task file in the words of SkyPilot.
 *
 * @param any machines, each of which does, the preferred first
 * @param isOrdered whether an earlier one is to be had if it can
 * @param setup shell text that runs before {@code run}
 * @param run shell text; a repro of the whole pipeline when there is none
 * @param unused keys of the file that say what no provider is told; whoever launches has to hear of
 *     them
 * @param ofClouds keys that say something only to those who sell machines
 * @param idleMinutes without output or metrics after which the machine is given back
 * @param unset names of variables that whoever launches has to give a value
 * @param secrets names of variables whose values never leave the environment
 */
public record Task(
    String name,
    List<NodeSpec> any,
    boolean isOrdered,
    Optional<String> setup,
    Optional<String> run,
    Map<String, String> envs,
    List<String> unset,
    List<String> secrets,
    List<String> unused,
    List<String> ofClouds,
    OptionalInt idleMinutes) {
  /** What a node runs when nothing else is said. */
  public static final String REPRO = "ftpipe repro --pull --push";

  public Task {
    any = List.copyOf(any);
    envs = Map.copyOf(envs);
    unset = List.copyOf(unset);
    secrets = List.copyOf(secrets);
    unused = List.copyOf(unused);
    ofClouds = List.copyOf(ofClouds);
  }

  /** A task without a file. */
  public static Task usual(String name) {
    return new Task(
        name,
        List.of(NodeSpec.ANY),
        false,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        OptionalInt.empty());
  }
}
