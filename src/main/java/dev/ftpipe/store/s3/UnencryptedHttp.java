package dev.ftpipe.store.s3;

import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Sends without TLS what was signed as if for TLS. To a server without TLS the SDK signs every
 * chunk of a body, for which both sides hash it once more; a check sum behind the body says the
 * same for a tenth of the time. The protocol is no part of a signature.
 */
final class UnencryptedHttp implements SdkHttpClient {
  private final SdkHttpClient http;

  UnencryptedHttp(SdkHttpClient http) {
    this.http = http;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return http.prepareRequest(
        HttpExecuteRequest.builder()
            .request(request.httpRequest().toBuilder().protocol("http").build())
            .contentStreamProvider(request.contentStreamProvider().orElse(null))
            .build());
  }

  @Override
  public String clientName() {
    return http.clientName();
  }

  @Override
  public void close() {
    http.close();
  }
}
