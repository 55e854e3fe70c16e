package dev.ftpipe.cloud.jobs;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tasks that were handed to an engine as one job. */
final class TaskBatch {
  /** An engine is asked when nothing was heard for so long, and then ever more rarely. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);

  private final String id;
  private final CloudRuns runs;
  private final Tasks tasks;
  private final Map<Integer, Waiting> open = new TreeMap<>();
  private final Map<Integer, Long> heard = new HashMap<>();
  private final Map<Integer, String> halves = new HashMap<>();
  private boolean cancelled;
  private long news = System.nanoTime();
  private Duration patience = SILENCE;

  TaskBatch(String id, CloudRuns runs, Tasks tasks, List<Waiting> all) {
    this.id = id;
    this.runs = runs;
    this.tasks = tasks;
    for (int i = 0; i < all.size(); i++) {
      open.put(i, all.get(i));
    }
  }

  /** Asks whether the engine still has the job. */
  interface Alive {
    boolean ask() throws IOException;
  }

  /** Brings the content of results here. */
  interface Bring {
    void content(List<TaskResult> results) throws IOException;
  }

  int unfinished() {
    return open.size();
  }

  /**
   * Hands on what is new.
   *
   * @return whether there was something
   */
  boolean poll(Bring bring) throws IOException {
    if (!cancelled && open.values().stream().anyMatch(each -> each.givenUp().getAsBoolean())) {
      runs.cancel(id);
      cancelled = true;
    }
    Tasks.Seen seen = tasks.look(id);
    boolean any = showLogs(seen);
    Map<Integer, TaskResult> ended = new TreeMap<>();
    for (int index : seen.ended()) {
      if (open.containsKey(index)) {
        tasks.result(id, index).ifPresent(result -> ended.put(index, result));
      }
    }
    if (!ended.isEmpty()) {
      bring.content(List.copyOf(ended.values()));
      ended.forEach((index, result) -> end(index, result));
      any = true;
    }
    if (any) {
      news = System.nanoTime();
      patience = SILENCE;
    }
    return any;
  }

  private void end(int index, TaskResult result) {
    Waiting waiting = open.remove(index);
    if (waiting != null) {
      String half = halves.getOrDefault(index, "");
      if (!half.isEmpty()) {
        waiting.log().accept(half);
      }
      waiting.result().complete(result);
    }
  }

  private boolean showLogs(Tasks.Seen seen) throws IOException {
    boolean any = false;
    for (Map.Entry<Integer, Long> log : seen.logs().entrySet()) {
      int index = log.getKey();
      long known = heard.getOrDefault(index, 0L);
      Waiting waiting = open.get(index);
      if (waiting != null && log.getValue() > known) {
        for (byte[] piece : runs.logFrom(Tasks.name(id, index), known)) {
          show(index, waiting, new String(piece, StandardCharsets.UTF_8));
          known += piece.length;
        }
        heard.put(index, known);
        any = true;
      }
    }
    return any;
  }

  private void show(int index, Waiting waiting, String piece) {
    String text = halves.getOrDefault(index, "") + piece;
    int end = text.lastIndexOf('\n') + 1;
    text.substring(0, end).lines().forEach(waiting.log());
    halves.put(index, text.substring(end));
  }

  /** Ends the waiting for tasks that the engine has lost, once nothing was heard for long. */
  void ask(Alive alive, Bring bring) throws IOException {
    if (System.nanoTime() - news < patience.toNanos()) {
      return;
    }
    news = System.nanoTime();
    patience = patience.multipliedBy(2);
    if (patience.compareTo(LONGEST_SILENCE) > 0) {
      patience = LONGEST_SILENCE;
    }
    if (!isAlive(alive)) {
      poll(bring);
      failAll(
          FtpipeException.environment(
              "its engine no longer has it, and it told of no end (out of time or memory?)", null));
    }
  }

  /** An engine that cannot be asked now will be asked again. */
  private static boolean isAlive(Alive alive) throws IOException {
    try {
      return alive.ask();
    } catch (FtpipeException e) {
      if (e.kind() != FtpipeException.Kind.ENVIRONMENT) {
        throw e;
      }
      return true;
    }
  }

  void failAll(FtpipeException e) {
    for (int index : new ArrayList<>(open.keySet())) {
      end(index, TaskResult.failed(e));
    }
  }

  /** A defect: nobody will hear of the rest. */
  void abandon(Throwable defect) {
    open.values().forEach(each -> each.result().completeExceptionally(defect));
  }

  void drop() throws IOException {
    tasks.drop(id);
  }
}
