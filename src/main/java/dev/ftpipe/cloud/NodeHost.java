package dev.ftpipe.cloud;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** What a provider's machine knows of itself, for the node that runs on it. */
public interface NodeHost {
  /** A machine that knows nothing: signals alone tell its node to leave. */
  NodeHost SILENT =
      new NodeHost() {
        @Override
        public Map<String, String> secrets(String run) {
          return Map.of();
        }

        @Override
        public void watch(Path folder, Consumer<String> leave) {
          // Its engine sends signals.
        }

        @Override
        public void finished(String run) {
          // Its engine sees the node end.
        }
      };

  /** Variables for the command of a run that whoever launched it has laid down for it. */
  Map<String, String> secrets(String run) throws IOException;

  /**
   * From now on tells {@code leave} why, once the machine is to be taken away.
   *
   * @param folder of the node, where the machine looks for a sign of life
   */
  void watch(Path folder, Consumer<String> leave);

  /** The run is over: no other machine is to take the place of this one. */
  void finished(String run) throws IOException;
}
