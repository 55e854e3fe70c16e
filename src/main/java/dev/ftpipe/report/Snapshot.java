package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Graph;
import java.util.List;
import java.util.Optional;

/** A project as it is or as it was. All paths are relative to it. */
public interface Snapshot {
  /** The name of the one that is on the disk now. */
  String WORKSPACE = "workspace";

  /** What a person calls it: {@code workspace}, {@code HEAD}, {@code main}. */
  String name();

  /** Its stages, and what there is to show. */
  Graph graph();

  /** The values of a params file; empty, with what is wrong in {@code problems}, if it has none. */
  Optional<JsonNode> params(String path, Problems problems);

  /** The bytes of a file; empty when it is not there. */
  Optional<byte[]> read(String path);

  /** The files below a folder, sorted; empty when there is no such folder. */
  List<String> files(String folder);
}
