package dev.ftpipe.cloud.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/** Prices of machines on demand, from the price list of Amazon. */
record PriceList(Account account) {
  private static final URI PLACE = URI.create("https://api.pricing.us-east-1.amazonaws.com");
  private static final String REGION = "us-east-1";

  /** USD an hour for a type with Linux; empty when the list has none. */
  OptionalDouble of(String type) throws IOException {
    List<Map<String, String>> filters =
        List.of(
            filter("instanceType", type),
            filter("regionCode", account.region()),
            filter("operatingSystem", "Linux"),
            filter("tenancy", "Shared"),
            filter("preInstalledSw", "NA"),
            filter("capacitystatus", "Used"));
    String body =
        Json.canonical(
            Map.of("ServiceCode", "AmazonEC2", "Filters", filters, "FormatVersion", "aws_v1"));
    JsonNode answer = Json.mapper().readTree(ask(body.getBytes(StandardCharsets.UTF_8)));
    double price = 0;
    for (JsonNode product : answer.path("PriceList")) {
      JsonNode terms = Json.mapper().readTree(product.asText()).path("terms").path("OnDemand");
      for (JsonNode term : terms) {
        for (JsonNode dimension : term.path("priceDimensions")) {
          price = Math.max(price, dimension.path("pricePerUnit").path("USD").asDouble(0));
        }
      }
    }
    return price > 0 ? OptionalDouble.of(price) : OptionalDouble.empty();
  }

  private static Map<String, String> filter(String field, String value) {
    return Map.of("Type", "TERM_MATCH", "Field", field, "Value", value);
  }

  private byte[] ask(byte[] body) throws IOException {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(account.endpoint().orElse(PLACE))
            .encodedPath("/")
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", "AWSPriceListService.GetProducts")
            .build();
    ContentStreamProvider payload = () -> new ByteArrayInputStream(body);
    try {
      AwsCredentials keys = account.credentials().resolveCredentials();
      SignedRequest signed =
          AwsV4HttpSigner.create()
              .sign(
                  each ->
                      each.identity(keys)
                          .request(request)
                          .payload(payload)
                          .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "pricing")
                          .putProperty(AwsV4HttpSigner.REGION_NAME, REGION));
      HttpExecuteResponse answer =
          account
              .http()
              .prepareRequest(
                  HttpExecuteRequest.builder()
                      .request(signed.request())
                      .contentStreamProvider(signed.payload().orElse(payload))
                      .build())
              .call();
      byte[] text = new byte[0];
      if (answer.responseBody().isPresent()) {
        try (InputStream in = answer.responseBody().get()) {
          text = in.readAllBytes();
        }
      }
      if (!answer.httpResponse().isSuccessful()) {
        throw FtpipeException.environment(
            "pricing:GetProducts: " + new String(text, StandardCharsets.UTF_8), null);
      }
      return text;
    } catch (SdkException e) {
      throw Account.named("pricing:GetProducts", e);
    }
  }
}
