package dev.ftpipe.store;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a stage made when it ran with a key.
 *
 * @param ingredients the document whose digest is the key, to tell near misses apart
 * @param outputs project-relative path to content
 * @param log the stage's output, a blob of the store
 * @param seconds wall time
 * @param host the machine that ran it
 * @param version of ftpipe
 * @param metrics project-relative path of a metrics file to what it holds
 */
@JsonPropertyOrder({"outputs", "log", "seconds", "host", "version", "metrics", "ingredients"})
public record ActionResult(
    ObjectNode ingredients,
    Map<String, Artifact> outputs,
    Optional<Artifact> log,
    double seconds,
    Optional<String> host,
    String version,
    Map<String, JsonNode> metrics) {
  public ActionResult {
    outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
  }
}
