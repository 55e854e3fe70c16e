package dev.ftpipe.dvc;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.DvcConfig;
import dev.ftpipe.config.RemoteConfig;
import dev.ftpipe.store.ObjectStore;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Where DVC keeps the objects of a repository: its cache, then the remote. */
final class DvcPlaces implements Closeable {
  private final ObjectPlace cache;
  private final Map<String, RemoteConfig> remotes;
  private final Optional<String> defaultRemote;
  private final Function<RemoteConfig, ObjectStore> connect;
  private final Map<String, ObjectPlace> open = new HashMap<>();

  /**
   * The places of a repository.
   *
   * @param folder the folder {@code .dvc}
   * @param wanted the remote that the user named
   * @param connect opens a remote, also one that is only a folder
   */
  DvcPlaces(
      Path folder,
      DvcConfig config,
      Optional<String> wanted,
      Function<RemoteConfig, ObjectStore> connect) {
    Path cacheFolder = folder.resolve(config.value("cache", "dir").orElse("cache")).normalize();
    this.cache =
        new ObjectPlace(
            "DVC's cache",
            () -> connect.apply(new RemoteConfig("cache", Map.of("url", cacheFolder.toString()))));
    this.remotes = new HashMap<>();
    config.remotes().forEach((name, remote) -> this.remotes.put(name, remote.relativeTo(folder)));
    this.connect = connect;
    this.defaultRemote =
        wanted
            .or(config::defaultRemote)
            .or(() -> remotes.size() == 1 ? remotes.keySet().stream().findFirst() : wanted);
    wanted.ifPresent(this::remote);
  }

  /** The places for an entry, the nearest first. */
  List<ObjectPlace> of(DvcEntry entry) {
    List<ObjectPlace> places = new ArrayList<>();
    places.add(cache);
    entry.remote().or(() -> defaultRemote).ifPresent(name -> places.add(place(name)));
    return places;
  }

  private ObjectPlace place(String name) {
    return open.computeIfAbsent(
        name, key -> new ObjectPlace("remote '" + name + "'", () -> connect.apply(remote(name))));
  }

  private RemoteConfig remote(String name) {
    RemoteConfig remote = remotes.get(name);
    if (remote == null || remote.url().isEmpty()) {
      throw FtpipeException.usage(
          "DVC's configuration has no remote '"
              + name
              + "'"
              + Nearest.hint(name, remotes.keySet()));
    }
    if (remote.url().contains("://") && !remote.url().startsWith("s3://")) {
      throw FtpipeException.usage(
          "DVC's remote '"
              + name
              + "' is at "
              + remote.url()
              + "; import-dvc reads folders and s3://: run 'dvc fetch' first, then all is taken from"
              + " DVC's cache");
    }
    return remote;
  }

  @Override
  public void close() {
    cache.close();
    open.values().forEach(ObjectPlace::close);
  }
}
