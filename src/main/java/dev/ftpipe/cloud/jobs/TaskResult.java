package dev.ftpipe.cloud.jobs;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a task ended: {@code runs/BATCH/tasks/INDEX/result.json}.
 *
 * @param begun false when it was given up before
 * @param outputs path to content, which the remote has
 * @param trees with the lengths of their texts, of those outputs that are folders
 * @param failure empty when it did not fail
 */
public record TaskResult(
    boolean begun, Map<String, Artifact> outputs, List<Blob> trees, Optional<Failure> failure) {
  /** A task that nobody wants any more. */
  public static final TaskResult GIVEN_UP =
      new TaskResult(false, Map.of(), List.of(), Optional.empty());

  /** Why it failed. */
  public record Failure(FtpipeException.Kind kind, String message) {}

  /** A task that failed. */
  public static TaskResult failed(FtpipeException e) {
    return new TaskResult(
        true,
        Map.of(),
        List.of(),
        Optional.of(new Failure(e.kind(), String.valueOf(e.getMessage()))));
  }

  /** The outputs, or why there are none; empty when it had not begun. */
  Optional<Map<String, Artifact>> made() {
    if (failure.isPresent()) {
      throw new FtpipeException(failure.get().kind(), failure.get().message(), null);
    }
    return begun ? Optional.of(outputs) : Optional.empty();
  }
}
