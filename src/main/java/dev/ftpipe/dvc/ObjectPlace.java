package dev.ftpipe.dvc;

import dev.ftpipe.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A cache or a remote of DVC's, connected when something is asked of it first. */
final class ObjectPlace implements Closeable {
  private final String name;
  private final Supplier<ObjectStore> connect;
  private @Nullable ObjectStore objects;
  private final Map<String, Map<String, Long>> listed = new HashMap<>();

  /**
   * A place.
   *
   * @param name in words, for messages
   */
  ObjectPlace(String name, Supplier<ObjectStore> connect) {
    this.name = name;
    this.connect = connect;
  }

  String name() {
    return name;
  }

  synchronized ObjectStore objects() {
    if (objects == null) {
      objects = connect.get();
    }
    return objects;
  }

  /** Lists once what is there under a prefix: cheaper than to ask for many objects one by one. */
  synchronized void list(String prefix) throws IOException {
    if (!listed.containsKey(prefix)) {
      Map<String, Long> sizes = new HashMap<>();
      objects().list(prefix, each -> sizes.put(each.key(), each.size()));
      listed.put(prefix, sizes);
    }
  }

  /** The size of an object; empty when it is not there. */
  OptionalLong size(DvcHash hash) throws IOException {
    synchronized (this) {
      for (var each : listed.entrySet()) {
        if (hash.key().startsWith(each.getKey())) {
          Long size = each.getValue().get(hash.key());
          return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        }
      }
    }
    return objects()
        .find(hash.key())
        .map(found -> OptionalLong.of(found.size()))
        .orElse(OptionalLong.empty());
  }

  @Override
  public synchronized void close() {
    if (objects != null) {
      objects.close();
    }
  }
}
