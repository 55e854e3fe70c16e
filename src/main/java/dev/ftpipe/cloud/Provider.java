package dev.ftpipe.cloud;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Somebody who has machines, and an engine that starts a run anew when its machine is lost. Nothing
 * of ours watches it.
 */
public interface Provider {
  /**
   * A run to start.
   *
   * @param program command that starts this ftpipe here
   * @param arguments that make it play the node
   * @param env of the node; secrets among it are for the process alone
   * @param folder of the project
   * @param options of the profile
   * @param maxSeconds after which the engine ends the job; 0 for never
   * @param terms for those who sell machines
   */
  record Order(
      String id,
      List<String> program,
      List<String> arguments,
      Map<String, String> env,
      Path folder,
      NodeSpec spec,
      Map<String, String> options,
      long maxSeconds,
      Terms terms) {
    /** The whole command of the node, as a line for a shell. */
    public String line() {
      return Stream.concat(program.stream(), arguments.stream())
          .map(Programs::quoted)
          .collect(Collectors.joining(" "));
    }
  }

  /**
   * A run that an engine has.
   *
   * @param handle the engine's name for the job
   * @param folder of the project
   * @param options of the profile
   */
  record Placed(String id, String handle, Path folder, Map<String, String> options) {}

  /** What is missing here for this provider, each with what to do; nothing when it works. */
  List<String> lacks(Map<String, String> options);

  /**
   * Hands a run to the engine; the same id twice is one job.
   *
   * @return the engine's name for the job
   */
  String submit(Order order) throws IOException;

  /**
   * Hands over many nodes as one job. Each gets two words more, {@code --index N} with N from 0 on.
   *
   * @param count how many
   * @param atOnce the most that may run at the same time
   * @return the engine's name for the job
   */
  default String submitMany(Order order, int count, int atOnce) throws IOException {
    throw FtpipeException.usage(
        "this provider runs whole workspaces (ftpipe launch), not single stages");
  }

  /**
   * The machines that would do, with prices of now; nothing from those who sell none.
   *
   * @param any what is asked for: each of these does
   * @param notes hears what cannot be had, and why
   */
  default List<Offer> offers(
      List<NodeSpec> any, Map<String, String> options, Consumer<String> notes) throws IOException {
    return List.of();
  }

  /** Whether machines are bought for each run: they have rights and a program of their own. */
  default boolean sellsMachines() {
    return false;
  }

  /**
   * Whether its engine finds a run by the run's own id: then that is a handle, too, for a run whose
   * launch was cut off before it was said how the engine calls it.
   */
  default boolean knowsRuns() {
    return false;
  }

  /**
   * What there is of runs, by run: all that an end of the run has to remove. Of those who {@link
   * #knowsRuns}.
   *
   * @param store only of runs whose remote is there
   */
  default Map<String, List<String>> remains(String store, Map<String, String> options)
      throws IOException {
    return Map.of();
  }

  /**
   * Who has to be allowed what, for runs of a remote: file names with texts of the provider.
   *
   * @param store where the remote is
   */
  default Map<String, String> policies(String store, Map<String, String> options) {
    return Map.of();
  }

  /**
   * Makes these policies, or new versions of them, in the account.
   *
   * @param policies as {@link #policies} has them
   * @return what was made and what to do with it, in words
   */
  default List<String> createPolicies(Map<String, String> policies, Map<String, String> options) {
    return List.of();
  }

  /** What the machine that this process runs on knows of itself. */
  default NodeHost host() {
    return NodeHost.SILENT;
  }

  /** Whether the engine still has the job, waiting or running. */
  boolean isAlive(String handle, Map<String, String> options) throws IOException;

  /**
   * What a node said last to its engine, for one that told the store nothing; empty when the engine
   * keeps no such words.
   */
  default Optional<String> lastWords(Placed job) throws IOException {
    return Optional.empty();
  }

  /** Ends the job and removes what was made for it; one that has ended is no error. */
  void end(String handle, Map<String, String> options) throws IOException;

  /**
   * The command that opens a shell on the machine of a job, in its workspace. It has this terminal.
   *
   * @param line to run there in place of a shell for somebody who types
   */
  default List<String> shell(Placed job, Optional<String> line) throws IOException {
    throw FtpipeException.usage("this provider knows no way onto its machines");
  }
}
