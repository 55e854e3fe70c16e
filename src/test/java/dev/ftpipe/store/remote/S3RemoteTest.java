package dev.ftpipe.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.local.LocalStore;
import dev.ftpipe.store.s3.FaultProxy;
import dev.ftpipe.store.s3.S3ObjectStore;
import dev.ftpipe.store.s3.S3Server;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class S3RemoteTest extends RemoteContract {
  private static S3Server server;
  private final String prefix = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected ObjectStore open() {
    return S3ObjectStore.open(server.settings(prefix));
  }

  @Test
  void push_of20000SmallFiles_isAFewRequests() throws Exception {
    Store many = LocalStore.open(folder().resolve("many"), note -> {});
    List<Blob> blobs = new ArrayList<>();
    try (ContentStore.Batch batch = many.content().batch()) {
      byte[] bytes = new byte[4096];
      for (int i = 0; i < 20_000; i++) {
        ByteBuffer.wrap(bytes).putInt(i);
        blobs.add(batch.put(bytes, 0, bytes.length));
      }
    }
    try (FaultProxy proxy = new FaultProxy(server.address());
        Remote remote =
            new Remote(
                S3ObjectStore.open(server.settings(prefix).withEndpoint(proxy.address())),
                Compression.AUTO,
                folder().resolve("many-work"),
                8,
                note -> {})) {
      PushPlan plan = new PushPlan(blobs, List.of(), List.of());
      assertThat(remote.push(many, plan).verified()).isEqualTo(20_000);
      assertThat(proxy.requests()).hasSizeLessThan(60);
      proxy.requests().clear();
      assertThat(remote.push(many, plan).sent()).isZero();
      assertThat(proxy.requests()).hasSize(1);
      Store empty = LocalStore.open(folder().resolve("empty"), note -> {});
      proxy.requests().clear();
      assertThat(remote.fetch(empty.content(), blobs).received()).isEqualTo(20_000);
      assertThat(proxy.requests()).hasSizeLessThan(60);
      empty.content().release();
    }
    many.content().release();
  }
}
