package dev.ftpipe.cloud.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ImdsTest {
  private static final String MOCK =
      System.getenv().getOrDefault("EC2_METADATA_MOCK", "ec2-metadata-mock");

  @Test
  void aMachineThatStays_hasNoNotice() throws IOException {
    try (FakeImds service = new FakeImds("id", "secret")) {
      assertThat(new Imds(service.address()).notice()).isEmpty();
    }
  }

  @Test
  void aMachineThatIsTaken_isToBeLeft() throws IOException {
    try (FakeImds service = new FakeImds("id", "secret")) {
      Imds imds = new Imds(service.address());
      service.recommendRebalance();
      assertThat(imds.notice().orElseThrow()).contains("rebalance recommendation");

      service.interrupt();

      assertThat(imds.notice().orElseThrow())
          .contains("spot interruption notice")
          .contains("terminate");
    }
  }

  @Test
  void silence_isNoNotice() {
    Imds imds = new Imds(URI.create("http://127.0.0.1:9"));

    assertThatThrownBy(imds::notice).isInstanceOf(ConnectException.class);
  }

  @Test
  @Tag("slow")
  @Timeout(60)
  void theNoticeOfAmazonsOwnMock_isHeard() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of(MOCK)) || Programs.has(MOCK),
        "no amazon-ec2-metadata-mock: go install"
            + " github.com/aws/amazon-ec2-metadata-mock/cmd/ec2-metadata-mock@v1.13.0, and name it"
            + " in EC2_METADATA_MOCK");
    Process mock =
        new ProcessBuilder(
                MOCK,
                "spot",
                "-I",
                "-d",
                "2",
                "--action",
                "terminate",
                "-n",
                "127.0.0.1",
                "-p",
                "13380")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Imds imds = new Imds(URI.create("http://127.0.0.1:13380"));
      Optional<String> notice = Optional.empty();
      while (notice.filter(text -> text.contains("interruption notice")).isEmpty()) {
        Thread.sleep(200);
        notice = asked(imds);
      }
      assertThat(notice.orElseThrow()).containsPattern("\"action\": ?\"terminate\"");
    } finally {
      mock.destroy();
    }
  }

  /** It takes a moment to start. */
  private static Optional<String> asked(Imds imds) {
    try {
      return imds.notice();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
