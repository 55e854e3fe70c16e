package dev.ftpipe.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Upload;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.SettingsOf;
import dev.ftpipe.store.s3.FaultProxy.Fault;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server or a network that misbehaves: nothing wrong is stored, and the message says what it was.
 */
final class S3FaultsTest {
  private static S3Server server;
  private static FaultProxy proxy;

  @TempDir private Path folder;
  private S3ObjectStore store;
  private final byte[] bytes = random(1_000_000);

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
    proxy = new FaultProxy(server.address());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    server.close();
  }

  @BeforeEach
  void open() {
    proxy.rule(request -> Fault.NONE);
    proxy.requests().clear();
    store = S3ObjectStore.open(settings());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static RemoteSettings settings() {
    return SettingsOf.of(server.settings(UUID.randomUUID().toString()))
        .endpoint(proxy.address())
        .build();
  }

  @Test
  void resetInTheMiddleOfABody_goesOnFromThere() throws IOException {
    store.write("a", bytes);
    AtomicInteger gets = new AtomicInteger();
    proxy.rule(
        request ->
            request.startsWith("GET") && gets.incrementAndGet() <= 3
                ? new Fault.Reset(200_000)
                : Fault.NONE);
    assertThat(digest("a")).isEqualTo(Digest.of(bytes));
    assertThat(gets).hasValueGreaterThan(1);
  }

  @Test
  void bodyThatIsShorterThanItsLength_goesOnFromThere() throws IOException {
    store.write("a", bytes);
    AtomicInteger gets = new AtomicInteger();
    proxy.rule(
        request ->
            request.startsWith("GET") && gets.incrementAndGet() <= 2
                ? new Fault.CutShort(300_000)
                : Fault.NONE);
    assertThat(digest("a")).isEqualTo(Digest.of(bytes));
    gets.set(0);
    assertThat(store.read("a", 2_000_000)).contains(bytes);
  }

  @Test
  void bodyThatIsAlwaysCutShort_isAnErrorThatSaysSo() {
    store.write("a", bytes);
    proxy.rule(request -> request.startsWith("GET") ? new Fault.CutShort(0) : Fault.NONE);
    assertThatThrownBy(() -> digest("a"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("a ends after 0 bytes, again and again");
  }

  @Test
  void storm_isWaitedOut() throws IOException {
    AtomicInteger count = new AtomicInteger();
    proxy.rule(
        request -> count.incrementAndGet() <= 2 ? new Fault.Answer(503, "SlowDown") : Fault.NONE);
    store.write("a", bytes);
    count.set(0);
    assertThat(digest("a")).isEqualTo(Digest.of(bytes));
  }

  @Test
  void bitThatFlipsOnTheWayThere_isRefusedAndSentAgain() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    proxy.rule(
        request ->
            request.startsWith("PUT") && puts.incrementAndGet() == 1
                ? new Fault.FlippedRequest(500_000)
                : Fault.NONE);
    Upload upload = store.upload("a", source(bytes));
    try {
      upload.finish(moved -> {});
    } catch (FtpipeException e) {
      // A server may answer that in a way that nobody would try again.
      assertThat(e).hasMessageContaining("remote 'origin'");
    }
    proxy.rule(request -> Fault.NONE);
    if (store.find("a").isPresent()) {
      assertThat(digest("a")).isEqualTo(Digest.of(bytes));
    }
  }

  @Test
  void bitThatAlwaysFlips_storesNothing() throws IOException {
    proxy.rule(
        request -> request.startsWith("PUT") ? new Fault.FlippedRequest(500_000) : Fault.NONE);
    Upload upload = store.upload("a", source(bytes));
    assertThatThrownBy(() -> upload.finish(moved -> {})).isInstanceOf(FtpipeException.class);
    proxy.rule(request -> Fault.NONE);
    assertThat(store.find("a")).isEmpty();
  }

  @Test
  void slowServer_isWaitedFor() throws IOException {
    store.write("a", random(20_000));
    proxy.rule(request -> new Fault.Slow(20));
    assertThat(digest("a", 20_000)).isEqualTo(Digest.of(random(20_000)));
  }

  @Test
  void failedPart_isSentAgainAndCountedOnce() throws IOException {
    byte[] large = random((17 << 20) + 5);
    AtomicInteger puts = new AtomicInteger();
    proxy.rule(
        request ->
            request.startsWith("PUT") && puts.incrementAndGet() % 2 == 1
                ? new Fault.Answer(500, "InternalError")
                : Fault.NONE);
    AtomicLong moved = new AtomicLong();
    Upload upload = store.upload("a", source(large));
    for (Upload.Piece piece : upload.pieces()) {
      upload.send(piece, moved::addAndGet);
    }
    upload.finish(moved::addAndGet);
    assertThat(digest("a", large.length)).isEqualTo(Digest.of(large));
    assertThat(moved).hasValue(large.length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | AccessDenied | no permission: the server denies s3:PutObject on s3://bucket/",
        "403 | InvalidAccessKeyId | does not know the access key",
        "404 | XAdminUserNotFound | does not know the access key",
        "403 | SignatureDoesNotMatch | secret key is wrong",
        "400 | ExpiredToken | the credentials have expired",
        "404 | NoSuchBucket | there is no bucket 'bucket'",
        "403 | RequestTimeTooSkewed | this machine's clock is off",
        "301 | PermanentRedirect | is in another region",
      })
  void refusal_isSaidInWords(int status, String code, String message) {
    proxy.rule(request -> new Fault.Answer(status, code));
    assertThatThrownBy(() -> store.read("a", 0, 1, part -> {}))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("remote 'origin': ");
    assertThatThrownBy(() -> store.write("a", bytes))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("remote 'origin': ")
        .hasMessageContaining(message)
        .extracting(e -> ((FtpipeException) e).kind())
        .isEqualTo(FtpipeException.Kind.ENVIRONMENT);
  }

  @Test
  void realServer_tellsWrongKeysFromWrongSecrets() {
    RemoteSettings.Keys wrongId =
        new RemoteSettings.Keys("nobody", "local-secret", Optional.empty());
    RemoteSettings.Keys wrongSecret =
        new RemoteSettings.Keys("local-id", "wrong", Optional.empty());
    try (S3ObjectStore unknown =
            S3ObjectStore.open(SettingsOf.of(settings()).keys(wrongId).build());
        S3ObjectStore wrong =
            S3ObjectStore.open(SettingsOf.of(settings()).keys(wrongSecret).build())) {
      assertThatThrownBy(() -> unknown.list("", each -> {}))
          .hasMessageContaining("does not know the access key");
      assertThatThrownBy(() -> wrong.list("", each -> {}))
          .hasMessageContaining("secret key is wrong");
    }
  }

  @Test
  void realServer_missingBucket() {
    RemoteSettings settings =
        SettingsOf.of("origin", "s3://nothing/here")
            .endpoint(server.address())
            .keys(S3Server.KEYS)
            .build();
    try (S3ObjectStore nowhere = S3ObjectStore.open(settings)) {
      assertThatThrownBy(() -> nowhere.list("", each -> {}))
          .hasMessageContaining("there is no bucket 'nothing' at http://");
      assertThatThrownBy(() -> nowhere.read("a", 10)).hasMessageContaining("there is no bucket");
    }
  }

  @Test
  void unreachableServer() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (S3ObjectStore nowhere =
        S3ObjectStore.open(
            SettingsOf.of(settings()).endpoint(URI.create("http://127.0.0.1:" + port)).build())) {
      assertThatThrownBy(() -> nowhere.list("", each -> {}))
          .hasMessageContaining("cannot connect to http://127.0.0.1:" + port);
    }
  }

  @Test
  void hostThatDoesNotExist() {
    try (S3ObjectStore nowhere =
        S3ObjectStore.open(
            SettingsOf.of(settings())
                .endpoint(URI.create("http://no-such-host.invalid"))
                .build())) {
      assertThatThrownBy(() -> nowhere.list("", each -> {}))
          .hasMessageContaining("there is no host with the name of http://no-such-host.invalid");
    }
  }

  @Test
  void serverThatSpeaksNoTls() {
    URI tls = URI.create(server.address().toString().replace("http:", "https:"));
    try (S3ObjectStore nowhere =
        S3ObjectStore.open(SettingsOf.of(settings()).endpoint(tls).build())) {
      assertThatThrownBy(() -> nowhere.list("", each -> {}))
          .hasMessageContaining("no secure connection (TLS) to https://");
    }
  }

  @Test
  void serverWithoutIfNoneMatch_isDetected() {
    assertThat(store.refusesOverwrite()).isTrue();
    AtomicInteger puts = new AtomicInteger();
    proxy.rule(
        request ->
            request.startsWith("PUT") && puts.incrementAndGet() == 2
                ? new Fault.Answer(501, "NotImplemented")
                : Fault.NONE);
    assertThat(store.refusesOverwrite()).isFalse();
  }

  private Digest digest(String key) throws IOException {
    return digest(key, bytes.length);
  }

  private Digest digest(String key, long length) throws IOException {
    var sha256 = Digest.sha256();
    assertThat(store.read(key, 0, length, sha256::update)).isTrue();
    return Digest.finish(sha256);
  }

  private ObjectStore.Source source(byte[] content) throws IOException {
    return FileSource.of(Files.write(folder.resolve("source"), content));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
