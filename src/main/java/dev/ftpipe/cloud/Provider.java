package dev.ftpipe.cloud;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   */
  record Order(
      String id,
      List<String> program,
      List<String> arguments,
      Map<String, String> env,
      Path folder,
      NodeSpec spec,
      Map<String, String> options,
      long maxSeconds) {
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

  /** Whether the engine still has the job, waiting or running. */
  boolean isAlive(String handle, Map<String, String> options) throws IOException;

  /** Ends the job; one that has ended is none of its business. */
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
