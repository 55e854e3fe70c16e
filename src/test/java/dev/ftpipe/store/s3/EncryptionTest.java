package dev.ftpipe.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Upload.Piece;
import dev.ftpipe.store.SettingsOf;
import dev.ftpipe.store.s3.DiscardingServer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that the server encrypts with a key of AWS KMS: its tags of parts say nothing then. */
final class EncryptionTest {
  private static final String KEY = "arn:aws:kms:eu-west-1:1:key/abc";

  @TempDir private Path folder;
  private DiscardingServer server;
  private Path file;
  private final byte[] bytes = new byte[(24 << 20) + 5];

  @BeforeEach
  void start() throws IOException {
    server = new DiscardingServer();
    new Random(1).nextBytes(bytes);
    file = Files.write(folder.resolve("large"), bytes);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private S3ObjectStore open() {
    return S3ObjectStore.open(
        SettingsOf.of("origin", "s3://bucket/p")
            .endpoint(server.address())
            .keys(S3Server.KEYS)
            .encryption("aws:kms", KEY)
            .attempts(2)
            .build());
  }

  /** Sends the first pieces of the file, and finishes it when those are all. */
  private long send(int pieces) throws IOException {
    AtomicLong moved = new AtomicLong();
    try (S3ObjectStore store = open()) {
      ObjectStore.Upload upload = store.upload("large", FileSource.of(file));
      List<Piece> all = upload.pieces();
      assertThat(all).hasSize(4);
      for (Piece piece : all.subList(0, pieces)) {
        upload.send(piece, moved::addAndGet);
      }
      if (pieces == all.size()) {
        upload.finish(moved::addAndGet);
      }
    }
    return moved.get();
  }

  @Test
  void everyNewObject_bearsTheKey_andNoPartDoes() throws IOException {
    try (S3ObjectStore store = open()) {
      store.write("small", new byte[] {1});
      store.writeIfAbsent("entry", new byte[] {1});
    }
    send(4);
    List<Request> made =
        server.requests().stream()
            .filter(
                request -> request.line().startsWith("PUT") || request.line().contains("?uploads"))
            .filter(request -> !request.line().startsWith("GET"))
            .toList();
    assertThat(made).hasSize(7);
    for (Request request : made) {
      boolean isPart = request.line().contains("partNumber");
      assertThat(request.encryption())
          .isEqualTo(isPart ? Optional.empty() : Optional.of("aws:kms"));
      assertThat(request.key()).isEqualTo(isPart ? Optional.empty() : Optional.of(KEY));
    }
  }

  @Test
  void uploadThatWasCutOff_goesOnByTheChecksumsOfItsParts() throws IOException {
    assertThat(send(3)).isEqualTo(24 << 20);
    assertThat(send(4)).isEqualTo(5);
    assertThat(server.stored()).isEqualTo(bytes.length);
  }

  @Test
  void partOfOtherBytes_isSentAgain() throws IOException {
    send(3);
    bytes[9 << 20] ^= 1;
    Files.write(file, bytes);
    assertThat(send(4)).isEqualTo((8 << 20) + 5);
  }

  @Test
  void serverThatTellsNoChecksums_isSentEverythingAgain() throws IOException {
    send(3);
    server.withoutChecksums();
    assertThat(send(4)).isEqualTo(bytes.length);
  }
}
