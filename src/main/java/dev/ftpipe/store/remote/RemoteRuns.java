package dev.ftpipe.store.remote;

import static java.util.Objects.requireNonNull;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The records of runs at a remote: {@code runs/ID/run.json}, with {@code pipeline.lock} and {@code
 * logs/} beside it. The record is written last: a run that is listed is there whole.
 */
public final class RemoteRuns {
  /** The record of a run. */
  public static final String RECORD = "run.json";

  private static final String RUNS = "runs/";
  private static final String TAG = ".tag";
  private static final int LARGEST = 256 << 20;

  private final ObjectStore objects;
  private final Workers workers;

  RemoteRuns(ObjectStore objects, Workers workers) {
    this.objects = objects;
    this.workers = workers;
  }

  /** Ids of the runs whose records are there, sorted. */
  public Set<String> ids() throws IOException {
    return new TreeSet<>(records().keySet());
  }

  /** Whether the record of a run is there; a machine of one run may not list those of others. */
  public boolean isKnown(String id) throws IOException {
    return objects.find(RUNS + id + "/" + RECORD).isPresent();
  }

  private Map<String, Stored> records() throws IOException {
    Map<String, Stored> records = new TreeMap<>();
    objects.list(
        RUNS,
        each -> {
          String key = each.key().substring(RUNS.length());
          int slash = key.indexOf('/');
          if (slash > 0 && key.substring(slash + 1).equals(RECORD) && isId(key, slash)) {
            records.put(key.substring(0, slash), each);
          }
        });
    return records;
  }

  // It becomes the name of a folder here.
  private static boolean isId(String key, int end) {
    return key.substring(0, end).matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");
  }

  /**
   * Writes the files of a run.
   *
   * @param files path below the run's folder to the file here; {@link #RECORD} is one of them
   */
  public void publish(String id, Map<String, Path> files) throws IOException {
    for (var file : files.entrySet()) {
      if (!file.getKey().equals(RECORD)) {
        workers.submit(() -> write(id, file.getKey(), file.getValue()));
      }
    }
    workers.await();
    write(id, RECORD, requireNonNull(files.get(RECORD), "a run without its record"));
  }

  private void write(String id, String name, Path file) throws IOException {
    objects.write(RUNS + id + "/" + name, Files.readAllBytes(file));
  }

  /** The bytes of a file of a run; empty when there is none. */
  public Optional<byte[]> read(String id, String name) throws IOException {
    return objects.read(RUNS + id + "/" + name, LARGEST);
  }

  /**
   * Brings a folder in step with the records that are there: what is new or has changed is read,
   * what is gone is removed.
   *
   * @param folder a folder a run, as on the machine that made them
   */
  public void mirror(Path folder) throws IOException {
    Map<String, Stored> there = records();
    List<Stored> changed = new ArrayList<>();
    for (var each : there.entrySet()) {
      Path tag = folder.resolve(each.getKey()).resolve(TAG);
      boolean same = Files.exists(tag) && Files.readString(tag).equals(tag(each.getValue()));
      if (!same) {
        changed.add(each.getValue());
      }
    }
    for (Stored each : changed) {
      workers.submit(() -> bring(each, folder));
    }
    workers.await();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> runs = Files.newDirectoryStream(folder)) {
        for (Path run : runs) {
          if (!there.containsKey(run.getFileName().toString())) {
            AtomicFiles.deleteTree(run);
          }
        }
      }
    }
  }

  private static String tag(Stored record) {
    return record.size() + " " + record.tag();
  }

  private void bring(Stored record, Path folder) throws IOException {
    String key = record.key();
    Path place = folder.resolve(key.substring(RUNS.length(), key.length() - RECORD.length() - 1));
    Optional<byte[]> text = objects.read(key, LARGEST);
    if (text.isPresent()) {
      AtomicFiles.writeUnsynced(place.resolve(RECORD), text.get());
      AtomicFiles.writeUnsynced(place.resolve(TAG), tag(record).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Brings all files of a run beside its record. */
  public void bringAll(String id, Path folder) throws IOException {
    List<String> keys = new ArrayList<>();
    objects.list(RUNS + id + "/", each -> keys.add(each.key()));
    Path place = folder.resolve(id).toAbsolutePath().normalize();
    for (String key : keys) {
      Path file = place.resolve(key.substring(RUNS.length() + id.length() + 1)).normalize();
      if (file.startsWith(place) && !Files.exists(file)) {
        workers.submit(
            () -> {
              Optional<byte[]> bytes = objects.read(key, LARGEST);
              if (bytes.isPresent()) {
                AtomicFiles.writeUnsynced(file, bytes.get());
              }
            });
      }
    }
    workers.await();
  }

  /** Removes the records of these runs; what their stages made stays. */
  public void remove(Set<String> ids) throws IOException {
    List<String> keys = new ArrayList<>();
    for (String id : ids) {
      objects.list(RUNS + id + "/", each -> keys.add(each.key()));
    }
    objects.delete(keys);
  }
}
