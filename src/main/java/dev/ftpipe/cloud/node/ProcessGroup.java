package dev.ftpipe.cloud.node;

import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** All processes of a command. */
final class ProcessGroup {
  private ProcessGroup() {}

  /** Sends a signal by the shell's own {@code kill}: small images have no program of that name. */
  static void signal(String signal, String group) throws IOException {
    Programs.run(
        List.of("bash", "-c", "kill -\"$1\" -- -\"$2\"", "kill", signal, group), Map.of(), "");
  }
}
