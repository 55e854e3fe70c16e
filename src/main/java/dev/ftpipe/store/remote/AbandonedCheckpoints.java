package dev.ftpipe.store.remote;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checkpoints of stages that nobody goes on with: for as long as the grace none was written for
 * their key.
 */
final class AbandonedCheckpoints {
  /** Without a grace as well: a stage at work writes them far more often. */
  private static final Duration LEAST = Duration.ofDays(1);

  private final List<String> keys = new ArrayList<>();
  private int stages;
  private long bytes;

  private AbandonedCheckpoints() {}

  static AbandonedCheckpoints of(ObjectStore objects, Instant now, Duration grace)
      throws IOException {
    Map<String, List<Stored>> byStage = new TreeMap<>();
    objects.list(
        RemoteLayout.CHECKPOINTS,
        each ->
            RemoteLayout.checkpointOf(each.key())
                .ifPresent(
                    stage -> byStage.computeIfAbsent(stage, it -> new ArrayList<>()).add(each)));
    Instant limit = now.minus(grace.compareTo(LEAST) < 0 ? LEAST : grace);
    AbandonedCheckpoints abandoned = new AbandonedCheckpoints();
    for (List<Stored> parts : byStage.values()) {
      if (parts.stream().allMatch(part -> part.modified().isBefore(limit))) {
        abandoned.stages++;
        parts.forEach(abandoned::add);
      }
    }
    return abandoned;
  }

  private void add(Stored part) {
    keys.add(part.key());
    bytes += part.size();
  }

  /** All objects of them. */
  List<String> keys() {
    return keys;
  }

  /** Of how many stages they are. */
  int stages() {
    return stages;
  }

  long bytes() {
    return bytes;
  }
}
