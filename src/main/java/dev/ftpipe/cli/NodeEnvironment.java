package dev.ftpipe.cli;

import dev.ftpipe.base.Json;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.config.RemoteConfig;
import dev.ftpipe.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Variables of a node's process: how it finds the store, and which cache it may share. */
record NodeEnvironment(Invocation invocation, Settings settings, Path root) {
  private static final Map<String, String> KEYS =
      Map.of(
          "access_key_id", "AWS_ACCESS_KEY_ID",
          "secret_access_key", "AWS_SECRET_ACCESS_KEY",
          "session_token", "AWS_SESSION_TOKEN");

  /** Those of a provider's nodes. */
  Map<String, String> of(Provider provider, Map<String, String> profile) {
    Map<String, String> all = new HashMap<>();
    RemoteConfig remote = settings.remote(Optional.empty()).relativeTo(root);
    Map<String, String> described = new TreeMap<>(remote.options());
    for (Map.Entry<String, String> key : KEYS.entrySet()) {
      String value = described.remove(key.getKey());
      if (value != null) {
        all.put(key.getValue(), value);
      }
    }
    if (provider.sellsMachines()) {
      // Its machines have rights of their own; keys and profiles are this machine's.
      all.clear();
      described.keySet().removeAll(Set.of("profile", "credentialpath"));
    }
    all.put(NodeCommand.STORE, Json.canonical(described));
    if (profile.containsKey("cache")) {
      all.put(NodeCommand.CACHE, profile.get("cache"));
    } else if (provider == invocation.wiring().providers().get("local")) {
      Path usual = root.resolve(".ftpipe/cache");
      all.put(
          NodeCommand.CACHE,
          settings.cache().dir().map(usual::resolveSibling).orElse(usual).normalize().toString());
    }
    return all;
  }
}
