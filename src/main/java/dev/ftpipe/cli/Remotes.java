package dev.ftpipe.cli;

import dev.ftpipe.base.Awaited;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.RemoteConfig;
import dev.ftpipe.config.Settings;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.remote.Remote;
import java.io.Closeable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The remote of one command, connected on a thread of its own while the project is read. */
final class Remotes implements Closeable {
  private final FutureTask<Remote> remote;
  private final AtomicReference<@Nullable Remote> opened;

  private Remotes(FutureTask<Remote> remote, AtomicReference<@Nullable Remote> opened) {
    this.remote = remote;
    this.opened = opened;
  }

  /**
   * Starts to connect.
   *
   * @param name empty for the default remote
   * @param jobs transfers at once, over what the configuration says
   * @throws FtpipeException wrong use, when there is no such remote or it is not described rightly
   */
  static Remotes connect(
      Invocation invocation, Settings settings, Optional<String> name, OptionalInt jobs) {
    Path root = invocation.global().projectRoot();
    RemoteConfig config = settings.remote(name);
    RemoteSettings described = settings(config, root, jobs);
    Compression compression = compression(config);
    AtomicReference<@Nullable Remote> opened = new AtomicReference<>();
    FutureTask<Remote> task =
        new FutureTask<>(
            () -> {
              ObjectStore objects = invocation.wiring().remotes().open(described);
              Remote made =
                  new Remote(
                      objects,
                      compression,
                      root.resolve(".ftpipe/state/remote"),
                      described.jobs(),
                      invocation::note);
              opened.set(made);
              return made;
            });
    Thread thread = new Thread(task, "connect");
    thread.setDaemon(true);
    thread.start();
    return new Remotes(task, opened);
  }

  /**
   * How to connect to a bucket: as to a remote that is in it, where there is one; else with what
   * the environment says.
   */
  static RemoteSettings ofBucket(String bucket, Path root) {
    String place = "s3://" + bucket;
    for (RemoteConfig remote : Settings.read(root).remotes().values()) {
      if (remote.url().equals(place) || remote.url().startsWith(place + "/")) {
        return settings(remote.at(place), root, OptionalInt.empty());
      }
    }
    return RemoteSettings.of(bucket, place);
  }

  /** How to connect to a remote of the configuration. */
  static RemoteSettings settings(RemoteConfig config, Path root, OptionalInt jobs) {
    String url = config.url();
    boolean isFolder = !url.contains("://");
    return new RemoteSettings(
        config.name(),
        isFolder ? root.resolve(url).normalize().toString() : url,
        config.text("endpointurl").map(text -> endpoint(config.name(), text)),
        config.text("region"),
        config.text("profile"),
        config.text("credentialpath").map(root::resolve),
        keys(config),
        config.flag("path_style"),
        config.text("sse"),
        config.text("sse_kms_key_id"),
        config.bytes("multipart_threshold"),
        config.count("connect_timeout", RemoteSettings.CONNECT_SECONDS),
        config.count("read_timeout", RemoteSettings.READ_SECONDS),
        config.count("max_attempts", RemoteSettings.ATTEMPTS),
        jobs.orElse(config.count("jobs", RemoteSettings.JOBS)));
  }

  /** What a remote says of compression. */
  static Compression compression(RemoteConfig config) {
    return config.text("compression").filter("none"::equals).isPresent()
        ? Compression.NONE
        : Compression.AUTO;
  }

  private static Optional<RemoteSettings.Keys> keys(RemoteConfig config) {
    Optional<String> id = config.text("access_key_id");
    Optional<String> secret = config.text("secret_access_key");
    if (id.isPresent() != secret.isPresent()) {
      throw FtpipeException.usage(
          "remote '"
              + config.name()
              + "' has "
              + (id.isPresent()
                  ? "an access_key_id without a secret_access_key"
                  : "a secret_access_key without an access_key_id"));
    }
    return id.map(
        known ->
            new RemoteSettings.Keys(known, secret.orElseThrow(), config.text("session_token")));
  }

  private static URI endpoint(String name, String text) {
    try {
      URI endpoint = URI.create(text);
      if (endpoint.getScheme() != null && endpoint.getHost() != null) {
        return endpoint;
      }
    } catch (IllegalArgumentException e) {
      throw notAnEndpoint(name, text);
    }
    throw notAnEndpoint(name, text);
  }

  private static FtpipeException notAnEndpoint(String name, String text) {
    return FtpipeException.usage(
        "the endpointurl of remote '"
            + name
            + "' is no address of a server: '"
            + text
            + "'; https://HOST[:PORT] is expected");
  }

  /** The remote; waits until it is connected. */
  Remote get() {
    return Awaited.unchecked(remote);
  }

  @Override
  public void close() {
    Remote connected = opened.get();
    if (connected != null) {
      connected.close();
    }
  }
}
