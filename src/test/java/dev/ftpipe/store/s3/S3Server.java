package dev.ftpipe.store.s3;

import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.SettingsOf;
import java.net.URI;
import java.util.Optional;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.junit.S3ProxyExtension;
import software.amazon.awssdk.services.s3.S3Client;

/** S3Proxy in this process: a server of the protocol that checks every signature. */
public final class S3Server implements AutoCloseable {
  public static final RemoteSettings.Keys KEYS =
      new RemoteSettings.Keys("local-id", "local-secret", Optional.empty());

  private final S3ProxyExtension proxy;

  private S3Server(S3ProxyExtension proxy) {
    this.proxy = proxy;
  }

  /** A server with an empty bucket {@code bucket}, that keeps all in memory. */
  public static S3Server start() throws Exception {
    return start("transient-nio2");
  }

  /** The same, for data that memory does not hold. */
  public static S3Server startOnDisk() throws Exception {
    return start("filesystem-nio2");
  }

  private static S3Server start(String kept) throws Exception {
    S3ProxyExtension proxy =
        S3ProxyExtension.builder()
            .withCredentials(AuthenticationType.AWS_V2_OR_V4, KEYS.id(), KEYS.secret())
            .withBlobStoreProvider(kept)
            .ignoreUnknownHeaders()
            .build();
    proxy.beforeEach(null);
    S3Server server = new S3Server(proxy);
    try (S3Client client = S3Clients.connect(server.settings("any"))) {
      client.createBucket(request -> request.bucket("bucket"));
    }
    return server;
  }

  public URI address() {
    return proxy.getUri();
  }

  /** A remote at this server. */
  public RemoteSettings settings(String prefix) {
    return SettingsOf.of("origin", "s3://bucket/" + prefix)
        .endpoint(address())
        .keys(KEYS)
        .attempts(4)
        .build();
  }

  @Override
  public void close() {
    proxy.afterEach(null);
  }
}
