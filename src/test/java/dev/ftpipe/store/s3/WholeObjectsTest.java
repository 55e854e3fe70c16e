package dev.ftpipe.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.SettingsOf;
import dev.ftpipe.store.s3.FaultProxy.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large objects in one request, to servers that compare check sums and to others. */
final class WholeObjectsTest {
  private static final int SIZE = 17 << 20;

  @TempDir private Path folder;
  private ComparingServer server;
  private ObjectStore.Source source;
  private final byte[] bytes = new byte[SIZE];
  private final AtomicLong moved = new AtomicLong();

  @BeforeEach
  void start() throws IOException {
    server = new ComparingServer();
    new Random(1).nextBytes(bytes);
    Path file = folder.resolve("large");
    Files.write(file, bytes);
    source = FileSource.of(file);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private boolean send(URI address, Digest digest, long threshold) throws IOException {
    RemoteSettings settings =
        SettingsOf.of("origin", "s3://bucket/p")
            .endpoint(address)
            .keys(S3Server.KEYS)
            .attempts(2)
            .multipartThreshold(threshold)
            .build();
    try (S3ObjectStore store = S3ObjectStore.open(settings)) {
      return store.upload("a", source).sendWhole(digest, moved::addAndGet);
    }
  }

  @Test
  void serverThatCompares_getsOneRequest() throws IOException {
    assertThat(send(server.address(), Digest.of(bytes), SIZE)).isTrue();
    assertThat(server.objects).containsOnlyKeys("/bucket/p/a");
    assertThat(server.objects.get("/bucket/p/a")).isEqualTo(bytes);
    assertThat(server.puts).hasSize(2).last().isEqualTo("/bucket/p/a");
    assertThat(moved).hasValue(SIZE);
  }

  @Test
  void objectAboveTheThreshold_isLeftToParts() throws IOException {
    assertThat(send(server.address(), Digest.of(bytes), SIZE - 1)).isFalse();
    assertThat(server.puts).isEmpty();
  }

  @Test
  void bytesWithoutTheirDigest_areNotStored() throws IOException {
    assertThat(send(server.address(), Digest.of("other"), SIZE)).isFalse();
    assertThat(server.objects).isEmpty();
    assertThat(moved).hasValue(0);
  }

  @Test
  void bitThatFlipsOnTheWay_isNotStored() throws IOException {
    try (FaultProxy proxy = new FaultProxy(server.address())) {
      proxy.rule(
          request ->
              request.startsWith("PUT /bucket/p/a")
                  ? new Fault.FlippedRequest(SIZE / 2)
                  : Fault.NONE);
      assertThat(send(proxy.address(), Digest.of(bytes), SIZE)).isFalse();
    }
    assertThat(server.puts).contains("/bucket/p/a");
    assertThat(server.objects).isEmpty();
  }

  @Test
  void serverThatDoesNotConfirmTheChecksum_keepsNothing() throws Exception {
    try (S3Server other = S3Server.start();
        S3ObjectStore look = S3ObjectStore.open(other.settings("p"))) {
      assertThat(send(other.address(), Digest.of(bytes), SIZE)).isFalse();
      assertThat(look.find("a")).isEmpty();
    }
  }

  @Test
  void slowConnection_isGivenUp() throws IOException {
    try (CheckedBytes slow = new CheckedBytes(source, Digest.of(bytes), this::pause, 1L << 30)) {
      assertThatThrownBy(slow::readAllBytes).isInstanceOf(CheckedBytes.GivenUp.class);
    }
  }

  private void pause(long count) {
    try {
      Thread.sleep(moved.addAndGet(count) > 1_000_000 ? 600 : 1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
