package dev.ftpipe.cloud;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node is to do: {@code runs/ID/task.json}. Holds no secret.
 *
 * @param submitted ISO 8601, UTC
 * @param snapshot digest of the tree of the workspace
 * @param treeBytes length of the text of that tree
 * @param files of the workspace
 * @param bytes of the workspace
 * @param metrics files that are shown to others while the run goes on
 * @param maxSeconds after which the node ends; 0 for never
 * @param quietSeconds without output or metrics after which the node ends; 0 for never
 */
@JsonPropertyOrder({"format", "id", "name", "provider", "profile", "submitted"})
public record RunSpec(
    int format,
    String id,
    String name,
    String provider,
    String profile,
    String submitted,
    String snapshot,
    long treeBytes,
    int files,
    long bytes,
    Optional<String> setup,
    String run,
    Map<String, String> envs,
    List<String> metrics,
    long maxSeconds,
    long quietSeconds) {
  public static final int FORMAT = 1;

  /** Whether the longest time of the run is over. */
  public boolean isOverdue(Instant now) {
    return maxSeconds > 0 && !Instant.parse(submitted).plusSeconds(maxSeconds).isAfter(now);
  }
}
