package dev.ftpipe.history;

import dev.ftpipe.dag.Action;
import dev.ftpipe.run.Project;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The engine that a pipeline's model stages compute with. */
final class EngineVersion {
  /** Written by those who package the engine. */
  private static final String PACKAGED = "native/lib/pytorch.properties";

  private EngineVersion() {}

  /** {@code PyTorch 2.7.1 cpu}; empty when no stage of the project needs an engine. */
  static Optional<String> of(Project project) {
    boolean needed =
        project.graph().stages().stream()
            .anyMatch(
                stage -> stage.action() instanceof Action.Call call && call.kind().ownProcess());
    return needed ? packaged() : Optional.empty();
  }

  private static Optional<String> packaged() {
    @Nullable ClassLoader loader = EngineVersion.class.getClassLoader();
    if (loader == null) {
      return Optional.empty();
    }
    try (InputStream in = loader.getResourceAsStream(PACKAGED)) {
      if (in == null) {
        return Optional.empty();
      }
      Properties properties = new Properties();
      properties.load(in);
      return Optional.of(
          "PyTorch "
              + properties.getProperty("version", "unknown")
              + " "
              + properties.getProperty("flavor", ""));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
