package dev.ftpipe.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.dag.Action;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A call of a built-in stage with absolute paths; one line of JSON to a worker process.
 *
 * @param kind what {@code uses} says
 * @param inputs port to paths, in declared order
 * @param outputs port to path
 * @param root the project folder, which messages leave out of paths
 */
record WorkerRequest(
    String kind,
    ObjectNode parameters,
    Map<String, List<String>> inputs,
    Map<String, String> outputs,
    String scratch,
    String root) {

  static WorkerRequest of(Action.Call call, Path root, Path scratch) {
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    call.inputs()
        .forEach(
            (port, paths) ->
                inputs.put(port, paths.stream().map(path -> absolute(root, path)).toList()));
    Map<String, String> outputs = new LinkedHashMap<>();
    call.outputs().forEach((port, path) -> outputs.put(port, absolute(root, path)));
    return new WorkerRequest(
        call.kind().name(),
        call.parameters(),
        inputs,
        outputs,
        scratch.toString(),
        root.toString());
  }

  private static String absolute(Path root, String path) {
    return root.resolve(path).normalize().toString();
  }
}
