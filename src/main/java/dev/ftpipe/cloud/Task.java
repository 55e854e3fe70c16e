package dev.ftpipe.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task file in the words of SkyPilot.
 *
 * @param any machines, each of which does, the preferred first
 * @param setup shell text that runs before {@code run}
 * @param run shell text; a repro of the whole pipeline when there is none
 * @param unused keys of the file that say what no provider is told; whoever launches has to hear of
 *     them
 * @param secrets names of variables whose values never leave the environment
 */
public record Task(
    String name,
    List<NodeSpec> any,
    Optional<String> setup,
    Optional<String> run,
    Map<String, String> envs,
    List<String> secrets,
    List<String> unused) {
  /** What a node runs when nothing else is said. */
  public static final String REPRO = "ftpipe repro --pull --push";

  public Task {
    any = List.copyOf(any);
    envs = Map.copyOf(envs);
    secrets = List.copyOf(secrets);
    unused = List.copyOf(unused);
  }

  /** A task without a file. */
  public static Task usual(String name) {
    return new Task(
        name,
        List.of(NodeSpec.ANY),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of());
  }
}
