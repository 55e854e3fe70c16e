package dev.ftpipe.store.s3;

import dev.ftpipe.store.RemoteSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Sends large bodies without TLS that were signed as if for TLS. To a server without TLS the SDK
 * signs every chunk of a body, for which both sides hash it once more; a check sum behind the body
 * says the same for a tenth of the time. The protocol is no part of a signature.
 *
 * <p>The SDK's own clients write 4 to 8 KiB at a time: over a fast connection the system calls of
 * both sides are then more than half of the time.
 */
final class UnencryptedHttp implements SdkHttpClient {
  private static final int BUFFER_BYTES = 1 << 18;

  private final int connectMillis;
  private final int readMillis;

  UnencryptedHttp(RemoteSettings settings) {
    this.connectMillis = millis(settings.connectSeconds());
    this.readMillis = millis(settings.readSeconds());
  }

  private static int millis(int seconds) {
    return Math.toIntExact(Duration.ofSeconds(seconds).toMillis());
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new Call(request);
  }

  @Override
  public String clientName() {
    return "Large";
  }

  @Override
  public void close() {}

  /** One request. */
  private final class Call implements ExecutableHttpRequest {
    private final HttpExecuteRequest request;
    private volatile @Nullable HttpURLConnection current;

    Call(HttpExecuteRequest request) {
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      HttpURLConnection connection = open(request.httpRequest());
      current = connection;
      if (request.contentStreamProvider().isPresent()) {
        connection.setDoOutput(true);
        try (InputStream body = request.contentStreamProvider().get().newStream();
            OutputStream out = connection.getOutputStream()) {
          copy(body, out);
        }
      }
      int status = connection.getResponseCode();
      InputStream answer =
          status < HttpURLConnection.HTTP_BAD_REQUEST
              ? connection.getInputStream()
              : connection.getErrorStream();
      SdkHttpFullResponse.Builder response =
          SdkHttpFullResponse.builder()
              .statusCode(status)
              .statusText(connection.getResponseMessage());
      for (Map.Entry<String, List<String>> header : connection.getHeaderFields().entrySet()) {
        // The first line of an answer has no name.
        if (header.getKey() != null) {
          response.putHeader(header.getKey(), header.getValue());
        }
      }
      return HttpExecuteResponse.builder()
          .response(response.build())
          .responseBody(
              AbortableInputStream.create(
                  answer == null ? InputStream.nullInputStream() : answer, this))
          .build();
    }

    @Override
    public void abort() {
      HttpURLConnection connection = current;
      if (connection != null) {
        connection.disconnect();
      }
    }
  }

  private HttpURLConnection open(SdkHttpRequest request) throws IOException {
    SdkHttpRequest plain = request.toBuilder().protocol("http").build();
    HttpURLConnection connection = (HttpURLConnection) plain.getUri().toURL().openConnection();
    connection.setConnectTimeout(connectMillis);
    connection.setReadTimeout(readMillis);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestMethod(plain.method().name());
    plain.forEachHeader(
        (name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
    plain
        .firstMatchingHeader("Content-Length")
        .ifPresent(length -> connection.setFixedLengthStreamingMode(Long.parseLong(length)));
    return connection;
  }

  private static void copy(InputStream body, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = fill(body, buffer); count > 0; count = fill(body, buffer)) {
      out.write(buffer, 0, count);
    }
  }

  private static int fill(InputStream body, byte[] buffer) throws IOException {
    return body.readNBytes(buffer, 0, buffer.length);
  }
}
