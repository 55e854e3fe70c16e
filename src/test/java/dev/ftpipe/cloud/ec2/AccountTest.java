package dev.ftpipe.cloud.ec2;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is not logged in is told where, what and how in a line. */
final class AccountTest {
  private static final Map<String, String> NOWHERE =
      Map.of("region", "eu-west-1", "endpoint", "http://127.0.0.1:9");

  @TempDir private Path folder;

  @BeforeEach
  void nobodyIsLoggedIn() {
    System.setProperty("aws.configFile", folder.resolve("none").toString());
    System.setProperty("aws.sharedCredentialsFile", folder.resolve("none").toString());
    System.setProperty("aws.disableEc2Metadata", "true");
  }

  @AfterEach
  void forget() {
    for (String each :
        new String[] {"aws.configFile", "aws.sharedCredentialsFile", "aws.disableEc2Metadata"}) {
      System.clearProperty(each);
    }
  }

  private static void fails(Map<String, String> options, String message) {
    try (Account account = Account.of(options)) {
      assertThatThrownBy(() -> new Ground(account, options, note -> {}).subnets(Optional.empty()))
          .isInstanceOf(FtpipeException.class)
          .hasMessage(message);
    }
  }

  @Test
  void noCredentialsAtAll() {
    fails(
        NOWHERE,
        "Amazon: no credentials: neither in the environment (AWS_ACCESS_KEY_ID,"
            + " AWS_SECRET_ACCESS_KEY) nor in AWS's files, and this machine has no role; name a"
            + " profile with {provider: ec2, aws_profile: NAME} in .ftpipe/config.yaml, or with"
            + " AWS_PROFILE");
  }

  @Test
  void aProfileThatIsNotThere() {
    Map<String, String> options = new java.util.HashMap<>(NOWHERE);
    options.put("aws_profile", "nobody");
    fails(
        options,
        "Amazon: no credentials: there is no profile 'nobody' with credentials in"
            + " AWS's files (~/.aws/config, ~/.aws/credentials)");
  }
}
