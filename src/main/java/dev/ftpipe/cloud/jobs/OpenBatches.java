package dev.ftpipe.cloud.jobs;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Batches that an engine has and that have not ended. For one thread. */
final class OpenBatches {
  private final TaskBatches.Engine engine;
  private final Remote remote;
  private final Store store;
  private final Map<TaskBatch, String> handles = new LinkedHashMap<>();
  private final List<String> over = new ArrayList<>();

  OpenBatches(TaskBatches.Engine engine, Remote remote, Store store) {
    this.engine = engine;
    this.remote = remote;
    this.store = store;
  }

  boolean isEmpty() {
    return handles.isEmpty();
  }

  /** How many tasks they still have. */
  int unfinished() {
    return handles.keySet().stream().mapToInt(TaskBatch::unfinished).sum();
  }

  /**
   * Hands over tasks as one job; what they read is at the remote before.
   *
   * @param most that may run at the same time
   */
  void submit(NodeSpec spec, List<Waiting> group, int most) throws IOException {
    List<Blob> files = new ArrayList<>();
    List<Blob> trees = new ArrayList<>();
    group.forEach(
        each -> {
          files.addAll(each.files());
          trees.addAll(each.trees());
        });
    remote.push(
        store,
        new PushPlan(
            files.stream().distinct().toList(), trees.stream().distinct().toList(), List.of()));
    Tasks tasks = new Tasks(remote.objects());
    String id = engine.newBatch();
    while (!tasks.submit(id, group.stream().map(Waiting::task).toList())) {
      id = engine.newBatch();
    }
    TaskBatch batch = new TaskBatch(id, new CloudRuns(remote.objects()), tasks, group);
    handles.put(batch, engine.submit(id, spec, group.size(), Math.min(most, group.size())));
  }

  /**
   * Hands on what is new of all of them, and forgets those that are over.
   *
   * @return whether there was something
   */
  boolean poll() throws IOException {
    boolean any = false;
    ResultContent content = new ResultContent(remote, store);
    for (Map.Entry<TaskBatch, String> each : List.copyOf(handles.entrySet())) {
      TaskBatch batch = each.getKey();
      any |= batch.poll(content::bring);
      batch.ask(() -> engine.isAlive(each.getValue()), content::bring);
      if (batch.unfinished() == 0) {
        over.add(each.getValue());
        handles.remove(batch);
        batch.drop();
      }
    }
    return any;
  }

  void failAll(FtpipeException e) {
    handles.keySet().forEach(batch -> batch.failAll(e));
  }

  /** A defect: nobody will hear of the rest. */
  void abandon(Throwable defect) {
    handles.keySet().forEach(batch -> batch.abandon(defect));
  }

  /** Has the engine end what it still has; nobody waits for its results any more. */
  void end() throws IOException {
    for (Map.Entry<TaskBatch, String> each : handles.entrySet()) {
      engine.end(each.getValue());
      each.getKey().drop();
    }
    for (String handle : over) {
      engine.giveBack(handle);
    }
  }
}
