package dev.ftpipe.cloud.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the one who sends tasks and the machines that run them tell each other: all below {@code
 * runs/BATCH/}, where {@code tasks.json} holds the tasks of a batch in the order of their numbers.
 * The log of a task and its checkpoints are those of a run named {@code BATCH/tasks/INDEX}.
 */
public final class Tasks {
  private static final int LARGEST_BATCH = 256 << 20;
  private static final int LARGEST_RESULT = 64 << 20;

  private final ObjectStore objects;

  /** The tasks at a remote. */
  public Tasks(ObjectStore objects) {
    this.objects = objects;
  }

  /** The name of a task among runs. */
  public static String name(String batch, int index) {
    return batch + "/tasks/" + index;
  }

  private static String place(String batch) {
    return "runs/" + batch + "/";
  }

  /**
   * Makes the tasks of a batch known.
   *
   * @return false when there is a batch of this name already
   */
  boolean submit(String batch, List<JsonNode> tasks) throws IOException {
    return objects.writeIfAbsent(place(batch) + "tasks.json", json(tasks));
  }

  /** Whether there is such a batch. */
  public boolean isKnown(String batch) throws IOException {
    return objects.find(place(batch) + "tasks.json").isPresent();
  }

  /**
   * A task.
   *
   * @throws FtpipeException wrong use, when there is none of this number
   */
  public JsonNode task(String batch, int index) throws IOException {
    Optional<byte[]> all = objects.read(place(batch) + "tasks.json", LARGEST_BATCH);
    JsonNode task = all.isEmpty() ? null : Json.mapper().readTree(all.get()).get(index);
    if (task == null) {
      throw FtpipeException.usage("there is no task " + index + " of " + batch + " there");
    }
    return task;
  }

  /**
   * Takes a task for one of several machines that share a batch: its own ones first, then those of
   * others that nobody has begun, so that the work of a machine that never comes is done all the
   * same. What a machine has taken stays its own, also when it was replaced.
   *
   * @param part which of the machines
   * @param parts how many machines there are
   * @param count how many tasks there are
   * @return its number; empty when there is nothing left to begin
   */
  public Optional<Integer> take(String batch, int part, int parts, int count) throws IOException {
    Set<Integer> ended = Set.copyOf(look(batch).ended());
    for (int shift = 0; shift < parts; shift++) {
      for (int index = (part + shift) % parts; index < count; index += parts) {
        if (!ended.contains(index) && isTaken(batch, index, part)) {
          return Optional.of(index);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a task is this machine's from now on, or was before. */
  private boolean isTaken(String batch, int index, int part) throws IOException {
    String key = place(batch) + "tasks/" + index + "/taken";
    byte[] mine = Integer.toString(part).getBytes(StandardCharsets.UTF_8);
    return objects.writeIfAbsent(key, mine)
        || objects.read(key, mine.length).filter(other -> Arrays.equals(other, mine)).isPresent();
  }

  /** Tells how a task ended. */
  public void end(String batch, int index, TaskResult result) throws IOException {
    objects.write(resultKey(batch, index), json(result));
  }

  /** How a task ended; empty when it has not. */
  public Optional<TaskResult> result(String batch, int index) throws IOException {
    Optional<byte[]> text = objects.read(resultKey(batch, index), LARGEST_RESULT);
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(Json.mapper().readValue(text.get(), TaskResult.class));
  }

  private static String resultKey(String batch, int index) {
    return "runs/" + name(batch, index) + "/result.json";
  }

  /**
   * What is to be seen of a batch in one listing.
   *
   * @param ended numbers of the tasks that have ended
   * @param logs end of the log of each task that said something
   */
  record Seen(List<Integer> ended, Map<Integer, Long> logs) {}

  Seen look(String batch) throws IOException {
    Seen seen = new Seen(new ArrayList<>(), new TreeMap<>());
    String prefix = place(batch) + "tasks/";
    objects.list(
        prefix,
        each -> {
          String[] parts = each.key().substring(prefix.length()).split("/", 3);
          int index = Integer.parseInt(parts[0]);
          if (parts[1].equals("result.json")) {
            seen.ended().add(index);
          } else if (parts[1].equals("log")) {
            seen.logs().merge(index, Long.parseLong(parts[2]) + each.size(), Long::max);
          }
        });
    return seen;
  }

  /** Forgets a batch that is over. */
  public void drop(String batch) throws IOException {
    List<String> keys = new ArrayList<>();
    objects.list(place(batch), each -> keys.add(each.key()));
    objects.delete(keys);
  }

  private static byte[] json(Object value) {
    return (Json.canonical(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
