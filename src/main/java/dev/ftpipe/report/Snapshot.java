package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Catalog;
import dev.ftpipe.dag.Graph;
import java.util.Optional;

/** A project as it is or as it was. All paths are relative to it. */
public interface Snapshot extends PlotSource {
  /** The name of the one that is on the disk now. */
  String WORKSPACE = "workspace";

  /** Its stages, and what there is to show. */
  Graph graph();

  /** The values of a params file; empty, with what is wrong in {@code problems}, if it has none. */
  Optional<JsonNode> params(String path, Problems problems);

  @Override
  default Catalog catalog() {
    return graph().catalog();
  }
}
