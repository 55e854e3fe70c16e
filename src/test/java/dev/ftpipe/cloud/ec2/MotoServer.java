package dev.ftpipe.cloud.ec2;

import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/** A server of moto, which checks what EC2 and IAM are asked for. */
public record MotoServer(Process process, int port) implements AutoCloseable {
  private static final String SERVER = System.getenv().getOrDefault("MOTO_SERVER", "moto_server");

  /**
   * Starts one; skips the test where it is not installed.
   *
   * @param log of the server
   */
  public static MotoServer start(Path log) throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of(SERVER)) || Programs.has(SERVER),
        "no moto: pip install 'moto[server,ec2,ssm,iam]', and name its moto_server in MOTO_SERVER");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ProcessBuilder builder =
        new ProcessBuilder(SERVER, "-H", "127.0.0.1", "-p", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION", "1",
                "MOTO_ENABLE_AMI_VALIDATION", "1"));
    MotoServer server = new MotoServer(builder.start(), port);
    while (server.process.isAlive() && !server.answers()) {
      LockSupport.parkNanos(50_000_000);
    }
    return server;
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Where it answers. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** From now on only what policies allow is done. */
  void enforce() throws IOException, InterruptedException {
    send("POST", "/moto-api/reset-auth", "0");
  }

  void makeBucket(String name) throws IOException, InterruptedException {
    send("PUT", "/" + name, "");
  }

  private void send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(answer.body());
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
