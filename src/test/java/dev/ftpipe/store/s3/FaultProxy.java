package dev.ftpipe.store.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP proxy before a server of ours that does to requests and answers what a test asks for. */
public final class FaultProxy implements AutoCloseable {
  private static final Pattern LENGTH =
      Pattern.compile("\r\ncontent-length: *([0-9]+)", Pattern.CASE_INSENSITIVE);

  private final URI upstream;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private volatile Rule rule = request -> Fault.NONE;

  /** Decides what happens to a request such as {@code GET /bucket/key?x=1}. */
  public interface Rule {
    Fault of(String request);
  }

  /** What can happen. */
  public sealed interface Fault {
    Fault NONE = new Slow(0);

    /** The server is not asked. */
    record Answer(int status, String code) implements Fault {}

    /** The connection is reset after so many bytes of the answer's body. */
    record Reset(int after) implements Fault {}

    /** The answer ends after so many bytes of its body, which its head promises to be longer. */
    record CutShort(int after) implements Fault {}

    /** One bit of the answer's body is another one. */
    record FlippedAnswer(int at) implements Fault {}

    /** One bit of the request's body is another one. */
    record FlippedRequest(int at) implements Fault {}

    /** The server does what it is asked for and says nothing for so long. */
    record Silence(int millis) implements Fault {}

    /** The answer comes in pieces of 1 KiB with pauses. */
    record Slow(int pauseMillis) implements Fault {}
  }

  /** A proxy on a free port. */
  public FaultProxy(URI upstream) throws IOException {
    this.upstream = upstream;
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  public void rule(Rule next) {
    rule = next;
  }

  /** All requests so far. */
  public List<String> requests() {
    return requests;
  }

  /** All requests so far with their headers. */
  public List<String> heads() {
    return heads;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      String head = head(in);
      if (head.isEmpty()) {
        return;
      }
      String request = head.substring(0, head.indexOf(" HTTP/"));
      requests.add(request);
      heads.add(head);
      if (head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      byte[] body = in.readNBytes(length(head));
      Fault fault = rule.of(request);
      if (fault instanceof Fault.Answer answer) {
        out.write(error(answer, head.startsWith("HEAD")));
        return;
      }
      if (fault instanceof Fault.FlippedRequest flip && flip.at() < body.length) {
        body[flip.at()] ^= 1;
      }
      answer(client, out, ask(head, body), fault);
    } catch (IOException e) {
      // A client or a server that hangs up: what the test is about will show it.
      return;
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!endsHead(bytes)) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static boolean endsHead(ByteArrayOutputStream bytes) {
    int size = bytes.size();
    if (size < 4) {
      return false;
    }
    return bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
  }

  private static int length(String head) {
    Matcher match = LENGTH.matcher(head);
    return match.find() ? Integer.parseInt(match.group(1)) : 0;
  }

  private static byte[] error(Fault.Answer answer, boolean headOnly) {
    String xml =
        "<?xml version=\"1.0\"?><Error><Code>"
            + answer.code()
            + "</Code><Message>as the test asks</Message></Error>";
    return ("HTTP/1.1 "
            + answer.status()
            + " Fault\r\nContent-Type: application/xml\r\nContent-Length: "
            + xml.length()
            + "\r\nConnection: close\r\n\r\n"
            + (headOnly ? "" : xml))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] ask(String head, byte[] body) throws IOException {
    try (Socket socket = new Socket(upstream.getHost(), upstream.getPort())) {
      String once =
          head.replaceAll("(?i)\r\n(connection|expect):[^\r]*", "")
              .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
      OutputStream out = socket.getOutputStream();
      out.write(once.getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
      return socket.getInputStream().readAllBytes();
    }
  }

  private static void answer(Socket client, OutputStream out, byte[] answer, Fault fault)
      throws IOException {
    int body = bodyOf(answer);
    if (fault instanceof Fault.Silence silence) {
      pause(silence.millis());
    } else if (fault instanceof Fault.Reset reset) {
      out.write(answer, 0, Math.min(answer.length, body + reset.after()));
      out.flush();
      client.setSoLinger(true, 0);
    } else if (fault instanceof Fault.CutShort cut) {
      out.write(answer, 0, Math.min(answer.length, body + cut.after()));
    } else if (fault instanceof Fault.Slow slow && slow.pauseMillis() > 0) {
      for (int at = 0; at < answer.length; at += 1024) {
        out.write(answer, at, Math.min(1024, answer.length - at));
        out.flush();
        pause(slow.pauseMillis());
      }
    } else {
      if (fault instanceof Fault.FlippedAnswer flip && body + flip.at() < answer.length) {
        answer[body + flip.at()] ^= 1;
      }
      out.write(answer);
    }
  }

  private static int bodyOf(byte[] answer) {
    String text = new String(answer, 0, Math.min(answer.length, 8192), StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    return end < 0 ? answer.length : end + 4;
  }

  private static void pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      server.close();
    } catch (SocketException e) {
      return;
    } finally {
      threads.shutdownNow();
    }
  }
}
