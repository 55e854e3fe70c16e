package dev.ftpipe.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server as a browser, and as somebody who has no business with it, talks to it. */
final class LiveServerTest {
  private final AtomicInteger value = new AtomicInteger();
  private LiveServer server;
  private URI address;

  @BeforeEach
  void start() throws IOException {
    server =
        LiveServer.start(
            0,
            new Pages() {
              @Override
              public String page(Map<String, List<String>> query) {
                return "page " + query;
              }

              @Override
              public String mark(Map<String, List<String>> query) {
                return "" + value.get() / 2;
              }

              @Override
              public String data(Map<String, List<String>> query) {
                return "{\"value\":" + value + "}";
              }
            });
    address = server.address();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket ask(String target, String method, String host, String more) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    String request = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  private String status(String target, String method, String host, String more) throws IOException {
    try (Socket socket = ask(target, method, host, more)) {
      return reader(socket).readLine();
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void page_isForWhoeverHasTheToken_underItsOwnName_only() throws IOException {
    String own = address.getAuthority();
    String page = "/?" + address.getQuery() + "&run=a%20b";

    assertThat(status(page, "GET", own, "")).contains("200");
    assertThat(status(page, "GET", own, "Origin: http://" + own + "\r\n")).contains("200");
    assertThat(status("/", "GET", own, "")).contains("403");
    assertThat(status("/?token=x", "GET", own, "")).contains("403");
    assertThat(status("/events", "GET", own, "")).contains("403");
    assertThat(status(page, "GET", "evil.example:" + address.getPort(), "")).contains("403");
    assertThat(status(page, "GET", own, "Origin: http://evil.example\r\n")).contains("403");
    assertThat(status(page, "POST", own, "Content-Length: 0\r\n")).contains("403");
    assertThat(status("/../../etc/passwd?" + address.getQuery(), "GET", own, "")).contains("404");
    assertThat(address.getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void events_tellWhatHasChanged() throws IOException {
    try (Socket socket = ask("/events?" + address.getQuery(), "GET", address.getAuthority(), "")) {
      BufferedReader lines = reader(socket);
      assertThat(next(lines)).isEqualTo("data: {\"value\":0}");
      value.set(7);
      assertThat(next(lines)).isEqualTo("data: {\"value\":7}");
    }
  }

  @Test
  void events_askForTheData_onlyWhenItsMarkIsAnother() throws Exception {
    try (Socket socket = ask("/events?" + address.getQuery(), "GET", address.getAuthority(), "")) {
      BufferedReader lines = reader(socket);
      assertThat(next(lines)).isEqualTo("data: {\"value\":0}");
      value.set(1); // the mark of 0
      Thread.sleep(2_500);
      value.set(2);
      assertThat(next(lines)).isEqualTo("data: {\"value\":2}");
    }
  }

  private static String next(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        return line;
      }
    }
    return "the end";
  }
}
