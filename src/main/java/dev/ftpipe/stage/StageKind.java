package dev.ftpipe.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * One kind of built-in stage. Stateless.
 *
 * @param <P> the record that {@code with} is bound to; see {@link Parameters} for the rules
 */
public interface StageKind<P> {
  /** The name after {@code uses:}. */
  String name();

  /**
   * Raised when the output for the same input and parameters changes; a part of the stage's key.
   */
  int version();

  List<Port> inputs();

  List<Port> outputs();

  Class<P> parametersType();

  /**
   * The parameters that need not be given, with their values; groups are nested objects. A
   * parameter that is neither here nor given is an error.
   */
  ObjectNode defaults();

  /**
   * What cannot work in an otherwise well-formed call, each a sentence that names the parameter or
   * port.
   */
  default List<String> problems(P parameters, Set<String> inputs, Set<String> outputs) {
    return List.of();
  }

  /**
   * Whether a call runs in a process of its own, because it loads native code that can take the
   * process with it.
   */
  default boolean ownProcess() {
    return false;
  }

  /**
   * Whether an interrupted attempt leaves checkpoints, from which the next one goes on, see {@link
   * StageContext#checkpoint}.
   */
  default boolean resumes() {
    return false;
  }

  /**
   * What a person wants to know of a call before it runs: how long it is, what it takes. Inputs may
   * not be there yet; nothing is written, and nothing native is loaded.
   *
   * @return lines for a terminal; may be empty
   */
  default List<String> outlook(StageContext<P> context) throws IOException {
    return List.of();
  }

  /**
   * Writes every output from the inputs and parameters alone.
   *
   * @throws dev.ftpipe.base.FtpipeException with a message for the user
   * @throws IOException for the file system's own failures: a full disk, a lost mount
   * @throws InterruptedException when {@link StageContext#stopRequested} was heeded
   */
  void run(StageContext<P> context) throws IOException, InterruptedException;
}
