package dev.ftpipe.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.MissingCredentials;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.SettingsOf;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that cannot be talked to, and credentials that are not there: which it is, is said. */
final class S3ConnectionsTest {
  private static final String[] PROPERTIES = {
    "aws.configFile", "aws.sharedCredentialsFile", "aws.disableEc2Metadata"
  };
  private static final String CONFIG =
      """
      [profile sso]
      sso_session = s
      sso_account_id = 111122223333
      sso_role_name = reader
      [sso-session s]
      sso_start_url = https://example.invalid/start
      sso_region = us-east-1
      [profile program]
      credential_process = /bin/false
      [profile role]
      role_arn = arn:aws:iam::111122223333:role/x
      source_profile = gone
      [profile half]
      aws_access_key_id = id
      """;

  @TempDir private Path folder;

  @AfterEach
  void forget() {
    for (String property : PROPERTIES) {
      System.clearProperty(property);
    }
  }

  private static void fails(RemoteSettings settings, String... words) {
    assertThatThrownBy(
            () -> {
              try (S3ObjectStore store = S3ObjectStore.open(settings)) {
                store.list("", each -> {});
              }
            })
        .isInstanceOf(FtpipeException.class)
        .hasMessageStartingWith("remote 'origin': ")
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("CredentialsProvider(")
        .extracting(e -> ((FtpipeException) e).kind())
        .isEqualTo(FtpipeException.Kind.ENVIRONMENT);
  }

  private static SettingsOf settings(URI at) {
    return SettingsOf.of("origin", "s3://bucket/p").endpoint(at).keys(S3Server.KEYS).attempts(1);
  }

  @Test
  void serverThatTakesConnectionsAndSaysNothing() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      URI at = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      fails(settings(at).readSeconds(1).build(), "no answer in time from " + at);
    }
  }

  @Test
  void certificateOfAnUnknownAuthority() throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
    server.start();
    try {
      URI at = URI.create("https://localhost:" + server.getAddress().getPort());
      fails(
          settings(at).build(),
          "no secure connection (TLS) to " + at,
          "certificate is not trusted");
    } finally {
      server.stop(0);
    }
  }

  private SSLContext selfSigned() throws Exception {
    Path store = folder.resolve("keys.p12");
    String program = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String options = "-genkeypair -alias a -keyalg EC -dname CN=localhost -storetype PKCS12";
    ProcessBuilder keytool = new ProcessBuilder((program + " " + options).split(" "));
    keytool.command().add("-keystore");
    keytool.command().add(store.toString());
    keytool.command().add("-storepass");
    keytool.command().add("secret");
    assertThat(keytool.redirectErrorStream(true).start().waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "secret".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private RemoteSettings profile(String name) throws IOException {
    Path config = Files.writeString(folder.resolve("config"), CONFIG);
    System.setProperty("aws.configFile", config.toString());
    System.setProperty("aws.sharedCredentialsFile", folder.resolve("none").toString());
    System.setProperty("aws.disableEc2Metadata", "true");
    return SettingsOf.of("origin", "s3://bucket/p")
        .endpoint(URI.create("http://127.0.0.1:1"))
        .profile(name)
        .attempts(1)
        .build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nobody | there is no profile 'nobody' with credentials in AWS's files",
        "sso | aws sso login --profile sso makes it anew",
        "program | no credentials from profile 'program': Failed to refresh process-based",
        "role | no credentials from profile 'role': ",
        "half | no credentials from profile 'half': Profile property 'aws_secret_access_key'",
      })
  void profileThatHasNoCredentials_isSaidWithItsReason(String name, String words)
      throws IOException {
    fails(profile(name), words);
  }

  @Test
  void filesThatAreNone_areSaid() throws IOException {
    RemoteSettings settings = profile("any");
    Files.writeString(folder.resolve("config"), "garbage [[[");
    fails(settings, "AWS's files cannot be read: Expected a profile definition on line 1");
  }

  @Test
  void whereNobodySetAnythingUp_allWaysAreNamed() {
    String chain =
        "Unable to load credentials from any of the providers in the chain Chain(providers=[A()])"
            + " : [WebIdentityTokenFileCredentialsProvider(): /none is not there,"
            + " ProfileCredentialsProvider(profileName=default): Profile file contained no"
            + " credentials for profile 'default': ProfileFile(), ContainerCredentialsProvider():"
            + " cannot connect, InstanceProfileCredentialsProvider(): Failed]";
    assertThat(sentence(Map.of(), chain))
        .isEqualTo(
            "no credentials: neither in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"
                + " nor in AWS's files, and this machine has no role; name a profile with ftpipe"
                + " remote modify origin profile NAME");
    assertThat(sentence(Map.of("AWS_ACCESS_KEY_ID", "x"), chain))
        .isEqualTo("no credentials: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
    assertThat(sentence(Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", "/none"), chain))
        .isEqualTo("no credentials from AWS_WEB_IDENTITY_TOKEN_FILE: /none is not there");
    assertThat(sentence(Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "x"), chain))
        .endsWith("(AWS_CONTAINER_CREDENTIALS_…): cannot connect");
  }

  private static String sentence(Map<String, String> environment, String message) {
    return new MissingCredentials(
            Optional.empty(), "ftpipe remote modify origin profile NAME", environment, message)
        .sentence();
  }
}
