package dev.ftpipe.dag;

import dev.ftpipe.base.Location;
import java.util.Map;

/**
 * A stage and where its paths were written.
 *
 * @param paths path of a dependency or output to its place
 */
record Placed(Stage stage, Map<String, Location> paths) {
  Location at(String path) {
    return paths.getOrDefault(path, stage.location());
  }
}
