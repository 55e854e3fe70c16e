package dev.ftpipe.dvc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A stage as {@code dvc.lock} remembers its last run.
 *
 * @param params file to name to value
 */
record DvcStage(
    String name,
    List<String> commands,
    List<DvcEntry> deps,
    Map<String, Map<String, JsonNode>> params,
    List<DvcEntry> outs) {}
