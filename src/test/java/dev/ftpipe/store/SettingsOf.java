package dev.ftpipe.store;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/** Settings of a remote, some of them changed. */
public final class SettingsOf {
  private final RemoteSettings from;
  private Optional<URI> endpoint;
  private Optional<RemoteSettings.Keys> keys;
  private Optional<String> profile;
  private Optional<String> sse;
  private Optional<String> kmsKey;
  private OptionalLong multipartThreshold;
  private int readSeconds;
  private int attempts;

  private SettingsOf(RemoteSettings from) {
    this.from = from;
    this.endpoint = from.endpoint();
    this.keys = from.keys();
    this.profile = from.profile();
    this.sse = from.sse();
    this.kmsKey = from.kmsKey();
    this.multipartThreshold = from.multipartThreshold();
    this.readSeconds = from.readSeconds();
    this.attempts = from.attempts();
  }

  public static SettingsOf of(RemoteSettings from) {
    return new SettingsOf(from);
  }

  /** A remote with nothing set but its place. */
  public static SettingsOf of(String name, String url) {
    return new SettingsOf(RemoteSettings.of(name, url));
  }

  public SettingsOf endpoint(URI at) {
    endpoint = Optional.of(at);
    return this;
  }

  public SettingsOf keys(RemoteSettings.Keys given) {
    keys = Optional.of(given);
    return this;
  }

  public SettingsOf profile(String name) {
    profile = Optional.of(name);
    return this;
  }

  /** Server-side encryption with a key of AWS KMS. */
  public SettingsOf encryption(String kind, String key) {
    sse = Optional.of(kind);
    kmsKey = Optional.of(key);
    return this;
  }

  public SettingsOf multipartThreshold(long size) {
    multipartThreshold = OptionalLong.of(size);
    return this;
  }

  public SettingsOf readSeconds(int most) {
    readSeconds = most;
    return this;
  }

  public SettingsOf attempts(int most) {
    attempts = most;
    return this;
  }

  public RemoteSettings build() {
    return new RemoteSettings(
        from.name(),
        from.url(),
        endpoint,
        from.region(),
        profile,
        from.credentialsFile(),
        keys,
        from.pathStyle(),
        sse,
        kmsKey,
        multipartThreshold,
        from.connectSeconds(),
        readSeconds,
        attempts,
        from.jobs());
  }
}
