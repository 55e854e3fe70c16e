package dev.ftpipe.store.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.SettingsOf;
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
        Remote remote = behind(proxy, "many-work")) {
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

  /** 40 MB of text: more than one request of several threads at once. */
  @Test
  void fetchOfACompressedBlob_findsOutOnceThatItIsCompressed() throws Exception {
    Store here = LocalStore.open(folder().resolve("text"), note -> {});
    Store there = LocalStore.open(folder().resolve("there"), note -> {});
    Blob text = here.content().put("the same again. ".repeat(2_500_000).getBytes(US_ASCII));
    try (FaultProxy proxy = new FaultProxy(server.address())) {
      try (Remote remote = behind(proxy, "text-work")) {
        remote.push(here, new PushPlan(List.of(text), List.of(), List.of()));
      }
      proxy.requests().clear();
      try (Remote remote = behind(proxy, "there-work")) {
        assertThat(remote.fetch(there.content(), List.of(text)).received()).isEqualTo(1);
      }
      String key = RemoteLayout.blob(text.digest());
      assertThat(proxy.requests()).filteredOn(each -> each.endsWith(key)).hasSize(1);
      assertThat(proxy.requests()).filteredOn(each -> each.contains("list-type")).hasSize(1);
      assertThat(proxy.requests()).as("and its table, and 5 stretches").hasSize(8);
    }
    here.content().release();
    there.content().release();
  }

  private Remote behind(FaultProxy proxy, String work) {
    return new Remote(
        S3ObjectStore.open(
            SettingsOf.of(server.settings(prefix)).endpoint(proxy.address()).build()),
        Compression.AUTO,
        folder().resolve(work),
        8,
        note -> {});
  }
}
