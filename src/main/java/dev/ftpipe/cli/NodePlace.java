package dev.ftpipe.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.config.RemoteConfig;
import dev.ftpipe.config.Settings;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The folder of a node with its way to the store, as whoever sent the work describes it. */
record NodePlace(Invocation invocation, Path work, RemoteConfig config) {
  /**
   * A folder that knows the store, and shares a cache where there is one.
   *
   * @param cache of other nodes; in place of none that the engine names
   */
  static NodePlace prepare(Invocation invocation, Path folder, Optional<Path> cache)
      throws IOException {
    String options = System.getenv(NodeCommand.STORE);
    if (options == null) {
      throw FtpipeException.usage(NodeCommand.STORE + " is not set: this command is for engines");
    }
    RemoteConfig config =
        new RemoteConfig(
            "cloud", Json.mapper().readValue(options, new TypeReference<Map<String, String>>() {}));
    Path work = Files.createDirectories(folder.toAbsolutePath()).resolve("work");
    Files.createDirectories(work.resolve(".ftpipe"));
    Map<String, Object> local = new HashMap<>();
    local.put("remote", Map.of("default", "cloud"));
    local.put("remotes", Map.of("cloud", config.options()));
    Optional.ofNullable(System.getenv(NodeCommand.CACHE))
        .or(() -> cache.map(Path::toString))
        .ifPresent(dir -> local.put("cache", Map.of("dir", dir)));
    // The store is opened by these settings already: JSON is YAML.
    Files.writeString(work.resolve(Settings.LOCAL), Json.canonical(local));
    return new NodePlace(invocation, work, config);
  }

  Remote connect() {
    RemoteSettings settings = Remotes.settings(config, work, OptionalInt.empty());
    return new Remote(
        invocation.wiring().remotes().open(settings),
        Remotes.compression(config),
        Project.cacheFolder(work).resolveSibling("state").resolve("remote"),
        settings.jobs(),
        invocation::note);
  }

  Store store() {
    return invocation.store(work);
  }
}
