package dev.ftpipe.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.ftpipe.base.FtpipeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files from web servers that are good, bad and worse. */
@Timeout(60)
final class WebFileTest {
  private static final byte[] FILE = Fetchers.random(3_000_000);
  private static final byte[] OTHER = Fetchers.random(2_900_000);

  @TempDir private Path folder;

  private Fetcher.Fetched fetch(WebServer server) throws IOException {
    return new Fetchers(folder).with(Map.of()).fetch(server.at("/file.bin").toString());
  }

  private void isWhole(WebServer server, byte[] bytes) throws IOException {
    Fetcher.Fetched fetched = fetch(server);
    assertThat(fetched.content().digest()).isEqualTo(Fetchers.digest(bytes));
    assertThat(fetched.content().size()).isEqualTo(bytes.length);
  }

  private void fails(WebServer server, String... words) {
    assertThatThrownBy(() -> fetch(server))
        .isInstanceOfSatisfying(
            FtpipeException.class, e -> assertThat(e.kind().exitCode()).isEqualTo(3))
        .hasMessageContaining("cannot fetch")
        .hasMessageContainingAll(words);
  }

  @Test
  void file_isFetchedWithItsTagAsPin() throws IOException {
    try (WebServer server = new WebServer(e -> WebServer.file(e, FILE, "\"one\""))) {
      isWhole(server, FILE);
      assertThat(fetch(server).origin().pin()).isEqualTo("\"one\"");
    }
  }

  @Test
  void smallAndEmptyFiles_areFetched() throws IOException {
    try (WebServer server = new WebServer(e -> WebServer.file(e, new byte[] {1}, "\"one\""))) {
      isWhole(server, new byte[] {1});
      server.then(e -> WebServer.status(e, 200, "ETag", "\"none\""));
      isWhole(server, new byte[0]);
    }
  }

  @Test
  void brokenConnection_isGoneOnWithFromWhereItBroke() throws IOException {
    try (WebServer server = new WebServer(e -> WebServer.part(e, FILE, "\"one\"", 1_000_000))) {
      isWhole(server, FILE);
      assertThat(server.asked).hasSizeBetween(3, 6);
      assertThat(server.asked.get(1).range()).startsWith("bytes=").doesNotStartWith("bytes=0-");
      assertThat(server.asked.get(1).ifRange()).isEqualTo("\"one\"");
    }
  }

  @Test
  void fetchThatWasGivenUp_isGoneOnWithByTheNextCommand() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e -> {
              if (answers.getAndIncrement() == 0) {
                WebServer.part(e, FILE, "\"one\"", 2_000_000);
              } else {
                WebServer.status(e, 503);
              }
            })) {
      fails(server, "the server answers 503", "the same command goes on from here");
      server.asked.clear();
      server.then(e -> WebServer.file(e, FILE, "\"one\""));
      isWhole(server, FILE);
      assertThat(server.asked).hasSize(1);
      assertThat(from(server.asked.get(0))).isGreaterThan(1_000_000);
    }
  }

  private static int from(WebServer.Asked asked) {
    return Integer.parseInt(asked.range().replaceAll("bytes=(\\d+)-.*", "$1"));
  }

  @Test
  void serverWithoutRanges_isAskedForAllOfItAgain() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e -> {
              int most = answers.getAndIncrement() < 2 ? 1_000_000 : FILE.length;
              WebServer.part(e, FILE, "\"one\"", most, WebServer.Unknown.RANGES);
            })) {
      isWhole(server, FILE);
    }
  }

  @Test
  void fileThatChangesInTheMiddle_isNeverAMixture() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e -> {
              if (answers.getAndIncrement() == 0) {
                WebServer.part(e, FILE, "\"one\"", 1_000_000);
              } else {
                WebServer.file(e, OTHER, "\"two\"");
              }
            })) {
      isWhole(server, OTHER);
    }
  }

  @Test
  void serverThatSendsAPartOfAnotherState_isNotBelieved() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e -> {
              boolean first = answers.getAndIncrement() == 0;
              WebServer.part(
                  e,
                  first ? FILE : OTHER,
                  first ? "\"one\"" : "\"two\"",
                  first ? 1_000_000 : OTHER.length,
                  WebServer.Unknown.IF_RANGE);
            })) {
      isWhole(server, OTHER);
    }
  }

  @Test
  void fileWithoutAnyTag_isNotGoneOnWith() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e -> {
              boolean first = answers.getAndIncrement() == 0;
              WebServer.part(
                  e, first ? FILE : OTHER, "W/\"weak\"", first ? 1_000_000 : OTHER.length);
            })) {
      isWhole(server, OTHER);
    }
  }

  @Test
  void fileThatChangesAgainAndAgain_isGivenUp() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e ->
                WebServer.part(
                    e, FILE, "\"" + answers.get() + "\"", 100_000 * answers.incrementAndGet()))) {
      fails(server, "it changes while it is read");
    }
  }

  @Test
  void packedAnswer_isUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(FILE);
    }
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e -> {
              e.getResponseHeaders().set("Content-Encoding", "gzip");
              int most = answers.getAndIncrement() == 0 ? 1_000_000 : packed.size();
              WebServer.part(e, packed.toByteArray(), "\"one\"", most);
            })) {
      isWhole(server, FILE);
      server.then(
          e -> {
            e.getResponseHeaders().set("Content-Encoding", "gzip");
            WebServer.file(e, OTHER, "\"two\"");
          });
      fails(server, "gzip data is damaged");
      server.then(
          e -> {
            e.getResponseHeaders().set("Content-Encoding", "br");
            WebServer.file(e, OTHER, "\"three\"");
          });
      fails(server, "'br'");
    }
  }

  @Test
  void redirects_areFollowed_andNotInACircle() throws IOException {
    try (WebServer server =
        new WebServer(
            e -> {
              if (e.getRequestURI().getPath().equals("/file.bin")) {
                WebServer.status(e, 302, "Location", "other/place?x=1");
              } else {
                WebServer.file(e, FILE, "\"one\"");
              }
            })) {
      isWhole(server, FILE);
      assertThat(server.asked.get(1).path()).isEqualTo("/other/place?x=1");
      server.then(e -> WebServer.status(e, 301, "Location", "/file.bin"));
      assertThatThrownBy(() -> fetch(server)).hasMessageContaining("leads in a circle");
      server.then(e -> WebServer.status(e, 301, "Location", "ftp://elsewhere/x"));
      assertThatThrownBy(() -> fetch(server)).hasMessageContaining("which is not followed");
    }
  }

  @Test
  void refusals_areSaidInWords() throws IOException {
    try (WebServer server = new WebServer(e -> WebServer.status(e, 401))) {
      fails(server, "who asks (401)", "ftpipe add PATH");
      server.then(e -> WebServer.status(e, 403));
      fails(server, "not permitted (403)");
      server.then(e -> WebServer.status(e, 404));
      fails(server, "it is not there (404)");
      server.then(e -> WebServer.status(e, 418));
      fails(server, "the server answers 418");
      assertThat(server.asked).hasSize(4);
    }
  }

  @Test
  void busyServer_isWaitedForAsItAsks() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    try (WebServer server =
        new WebServer(
            e -> {
              switch (answers.getAndIncrement()) {
                case 0 -> WebServer.status(e, 429, "Retry-After", "1");
                case 1 -> WebServer.status(e, 503, "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT");
                case 2 -> WebServer.status(e, 500, "Retry-After", "soon");
                default -> WebServer.file(e, FILE, "\"one\"");
              }
            })) {
      long begun = System.nanoTime();
      isWhole(server, FILE);
      assertThat(System.nanoTime() - begun).isGreaterThan(900_000_000L);
      server.then(e -> WebServer.status(e, 429, "Retry-After", "86400"));
      server.asked.clear();
      fails(server, "it asks to wait 86400 s");
      assertThat(server.asked).hasSize(1);
    }
  }

  @Test
  void answerWithoutAnEnd_isGivenUp() throws IOException {
    try (WebServer server =
        new WebServer(
            e -> {
              e.sendResponseHeaders(200, 0);
              while (true) {
                e.getResponseBody().write(FILE);
              }
            })) {
      fails(server, "does not say how long it is, and does not end");
    }
  }

  @Test
  void silentServer_isGivenUp() throws IOException {
    try (WebServer server = new WebServer(WebFileTest::beginAndWait)) {
      fails(server, "the server fell silent in the middle");
    }
  }

  private static void beginAndWait(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, FILE.length);
    exchange.getResponseBody().write(FILE, 0, 1000);
    exchange.getResponseBody().flush();
    try {
      Thread.sleep(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void noServer_isSaid() {
    assertThatThrownBy(
            () -> new Fetchers(folder).with(Map.of()).fetch("http://127.0.0.1:1/file.bin"))
        .hasMessageContaining("no connection to 127.0.0.1:1");
  }

  @Test
  void addresses_areChecked() {
    for (String wrong : new String[] {"ftp://host/x", "https://", "https:// x", "s3://", "data"}) {
      assertThatThrownBy(() -> new Fetchers(folder).with(Map.of()).fetch(wrong))
          .isInstanceOfSatisfying(
              FtpipeException.class, e -> assertThat(e.kind().exitCode()).isEqualTo(2))
          .hasMessageContaining("nothing can be fetched from");
    }
    assertThatThrownBy(() -> new Fetchers(folder).with(Map.of()).fetch("https://me:secret@host/x"))
        .hasMessageContaining("an address with a password")
        .hasMessageNotContaining("secret");
  }

  @Test
  void presentPin_tellsOfAChange() throws IOException {
    try (WebServer server = new WebServer(e -> WebServer.file(e, FILE, "\"one\""))) {
      Fetcher fetcher = new Fetchers(folder).with(Map.of());
      assertThat(fetcher.presentPin(server.at("/x").toString())).isEqualTo("\"one\"");
      assertThat(server.asked.get(0).range()).isEqualTo("bytes=0-0");
    }
  }
}
