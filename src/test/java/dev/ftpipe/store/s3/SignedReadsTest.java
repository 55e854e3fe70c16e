package dev.ftpipe.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.SettingsOf;
import dev.ftpipe.store.s3.FaultProxy.Fault;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stretches of one object with one signature, and what happens where that is not welcome. */
final class SignedReadsTest {
  private static final int STRETCH = 2 << 20;
  private static final int STRETCHES = 4;
  private static final String SIGNED = "X-Amz-Signature=";
  private static S3Server server;

  private final byte[] bytes = new byte[STRETCHES * STRETCH];
  private FaultProxy proxy;
  private ObjectStore objects;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws IOException {
    new Random(1).nextBytes(bytes);
    proxy = new FaultProxy(server.address());
    objects =
        S3ObjectStore.open(
            SettingsOf.of(server.settings(UUID.randomUUID().toString()))
                .endpoint(proxy.address())
                .build());
    objects.write("large", bytes);
    proxy.requests().clear();
  }

  @AfterEach
  void close() throws IOException {
    objects.close();
    proxy.close();
  }

  private void readAll() throws IOException {
    byte[] read = new byte[bytes.length];
    for (int start = 0; start < bytes.length; start += STRETCH) {
      int[] at = {start};
      boolean there =
          objects.read(
              "large",
              start,
              STRETCH,
              part -> {
                int count = part.remaining();
                part.get(read, at[0], count);
                at[0] += count;
              });
      assertThat(there).isTrue();
    }
    assertThat(read).isEqualTo(bytes);
  }

  private List<String> signed() {
    return proxy.requests().stream().filter(each -> each.contains(SIGNED)).toList();
  }

  @Test
  void stretchesAfterTheFirst_shareASignature() throws IOException {
    readAll();
    assertThat(proxy.requests()).hasSize(STRETCHES);
    assertThat(signed()).hasSize(STRETCHES - 1);
    assertThat(signed().stream().distinct()).hasSize(1);
  }

  @Test
  void serverThatRefusesSuchSignatures_isAskedInTheUsualWayFromThenOn() throws IOException {
    proxy.rule(
        request -> request.contains(SIGNED) ? new Fault.Answer(403, "AccessDenied") : Fault.NONE);
    readAll();
    assertThat(signed()).hasSize(1);
  }

  @Test
  void serverThatBreaksOff_isAskedForTheRest() throws IOException {
    proxy.rule(
        request ->
            request.contains(SIGNED) && signed().size() == 1
                ? new Fault.Reset(STRETCH / 2)
                : Fault.NONE);
    readAll();
    assertThat(proxy.requests()).hasSizeGreaterThan(STRETCHES);
  }

  @Test
  void objectThatIsGoneMeanwhile_isAbsent() throws IOException {
    readAll();
    objects.delete(List.of("large"));
    assertThat(objects.read("large", 0, STRETCH, part -> {})).isFalse();
  }
}
