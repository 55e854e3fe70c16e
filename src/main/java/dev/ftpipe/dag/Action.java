package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.stage.StageKind;
import java.util.List;
import java.util.Map;

/** What a stage does. */
public sealed interface Action {
  /**
   * Shell commands, run one after the other until one fails.
   *
   * @param commands at least one
   * @param folder where they run, relative to the project; {@code .} by default
   */
  record Shell(List<String> commands, String folder) implements Action {}

  /**
   * A call of a built-in stage.
   *
   * @param kind the built-in
   * @param parameters every parameter with its value, defaults included
   * @param inputs port to project-relative paths, in declared order
   * @param outputs port to project-relative path, in declared order
   */
  record Call(
      StageKind<?> kind,
      ObjectNode parameters,
      Map<String, List<String>> inputs,
      Map<String, String> outputs)
      implements Action {}
}
