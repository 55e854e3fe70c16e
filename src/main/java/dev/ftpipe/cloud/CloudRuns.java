package dev.ftpipe.cloud;

import dev.ftpipe.base.Json;
import dev.ftpipe.base.SideBySide;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The run protocol: what the one who launches and the node tell each other through the store. All
 * below {@code runs/ID/}: {@code task.json}, {@code handle.json}, {@code state.json}, {@code
 * cancel}, {@code log/OFFSET}, {@code metrics/PATH}; the run record and the lock file beside them
 * are those of any run.
 */
public final class CloudRuns {
  private static final String RUNS = "runs/";
  private static final String TASK = "/task.json";
  private static final String STATE = "/state.json";
  private static final int LARGEST = 16 << 20;
  private static final int READERS = 32;
  private static final int LOG_READERS = 8;

  private final ObjectStore objects;

  /** The runs at a remote. */
  public CloudRuns(ObjectStore objects) {
    this.objects = objects;
  }

  /** A run in a list. */
  public record Listed(RunSpec spec, Optional<RunState> state) {}

  /**
   * Makes a run known.
   *
   * @return false when there is one of this id already
   */
  public boolean submit(RunSpec spec) throws IOException {
    return objects.writeIfAbsent(RUNS + spec.id() + TASK, json(spec));
  }

  /**
   * Makes a run known under the first of these ids that no other has: two that are launched in one
   * moment may draw the same.
   *
   * @return the id
   */
  public String submit(Supplier<String> ids, Function<String, RunSpec> spec) throws IOException {
    String id = ids.get();
    while (!submit(spec.apply(id))) {
      id = ids.get();
    }
    return id;
  }

  /** What a run is to do. */
  public Optional<RunSpec> spec(String id) throws IOException {
    return read(id, "task.json", RunSpec.class);
  }

  /** How far a run is; empty before a node has begun. */
  public Optional<RunState> state(String id) throws IOException {
    return read(id, "state.json", RunState.class);
  }

  /** Tells how far a run is. */
  public void tell(String id, RunState state) throws IOException {
    objects.write(RUNS + id + "/state.json", json(state));
  }

  /** Where a run was sent. */
  public Optional<Placement> placement(String id) throws IOException {
    return read(id, "handle.json", Placement.class);
  }

  /** Keeps where a run was sent. */
  public void place(String id, Placement placement) throws IOException {
    objects.write(RUNS + id + "/handle.json", json(placement));
  }

  /** Asks the node to end. */
  public void cancel(String id) throws IOException {
    objects.write(RUNS + id + "/cancel", new byte[] {'1'});
  }

  /** Whether somebody asked the node to end. */
  public boolean isCancelled(String id) throws IOException {
    return objects.find(RUNS + id + "/cancel").isPresent();
  }

  /** Forgets that an earlier attempt left a record. */
  public void dropRecord(String id) throws IOException {
    objects.delete(List.of(RUNS + id + "/run.json"));
  }

  /** Adds to the log of a run, of which {@code offset} bytes are there. */
  public void log(String id, long offset, byte[] bytes) throws IOException {
    objects.write(RUNS + id + "/log/" + offset(offset), bytes);
  }

  private static String offset(long offset) {
    String digits = Long.toString(offset);
    return "0".repeat(15 - digits.length()) + digits;
  }

  /** How many bytes of log there are. */
  public long logged(String id) throws IOException {
    long[] end = {0};
    objects.list(
        RUNS + id + "/log/", each -> end[0] = Math.max(end[0], offsetOf(each.key()) + each.size()));
    return end[0];
  }

  private static long offsetOf(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
  }

  /** The pieces of the log that begin at {@code from} or later, in order. */
  public List<byte[]> logFrom(String id, long from) throws IOException {
    List<String> keys = new ArrayList<>();
    objects.list(
        RUNS + id + "/log/",
        each -> {
          if (offsetOf(each.key()) >= from) {
            keys.add(each.key());
          }
        });
    Map<String, byte[]> pieces = new ConcurrentSkipListMap<>();
    SideBySide.each(
        Math.min(LOG_READERS, keys.size()),
        keys,
        key -> objects.read(key, LARGEST).ifPresent(piece -> pieces.put(key, piece)));
    return List.copyOf(pieces.values());
  }

  /** Shows a file of metrics to others. */
  public void metrics(String id, String path, byte[] bytes) throws IOException {
    objects.write(RUNS + id + "/metrics/" + path, bytes);
  }

  /** Ids of all runs that were launched, the oldest first. */
  public List<String> ids() throws IOException {
    TreeSet<String> ids = new TreeSet<>();
    objects.list(RUNS, each -> idOf(each.key(), TASK).ifPresent(ids::add));
    return List.copyOf(ids);
  }

  /** All runs that were launched, the oldest first; those that {@code memory} knows unread. */
  public List<Listed> list(RunMemory memory) throws IOException {
    Map<String, String> tasks = new TreeMap<>();
    Map<String, String> states = new HashMap<>();
    objects.list(
        RUNS,
        each -> {
          String tag = each.tag() + " " + each.size();
          idOf(each.key(), TASK).ifPresent(id -> tasks.put(id, tag));
          idOf(each.key(), STATE).ifPresent(id -> states.put(id, tag));
        });
    Map<String, RunMemory.Seen> seen = new ConcurrentHashMap<>();
    SideBySide.each(
        READERS,
        List.copyOf(tasks.keySet()),
        id -> {
          String tags = tasks.get(id) + ", " + states.getOrDefault(id, "");
          Optional<RunMemory.Seen> known = memory.find(id, tags);
          Optional<RunSpec> spec = known.isPresent() ? Optional.empty() : spec(id);
          if (known.isPresent()) {
            seen.put(id, known.get());
          } else if (spec.isPresent()) {
            seen.put(id, new RunMemory.Seen(tags, spec.get(), state(id)));
          }
        });
    memory.write(seen);
    return new TreeMap<>(seen)
        .values().stream().map(each -> new Listed(each.spec(), each.state())).toList();
  }

  private static Optional<String> idOf(String key, String end) {
    return key.endsWith(end) && key.indexOf('/', RUNS.length()) == key.length() - end.length()
        ? Optional.of(key.substring(RUNS.length(), key.length() - end.length()))
        : Optional.empty();
  }

  private <T> Optional<T> read(String id, String name, Class<T> type) throws IOException {
    Optional<byte[]> bytes = objects.read(RUNS + id + "/" + name, LARGEST);
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(Json.mapper().readValue(bytes.get(), type));
  }

  private static byte[] json(Object value) {
    return (Json.canonical(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
