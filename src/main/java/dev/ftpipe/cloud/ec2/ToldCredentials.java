package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.MissingCredentials;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * The SDK's credentials; where there are none it tells of all places that it looks at, this of the
 * one that matters.
 *
 * @param profile of AWS's files, that was asked for
 */
record ToldCredentials(AwsCredentialsProvider found, Optional<String> profile)
    implements AwsCredentialsProvider {
  private static final String LOG_IN =
      "{provider: ec2, aws_profile: NAME} in .ftpipe/config.yaml, or with AWS_PROFILE";

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return found.resolveCredentials();
    } catch (SdkClientException e) {
      String message = String.valueOf(e.getMessage());
      throw FtpipeException.environment(
          "Amazon: "
              + (MissingCredentials.isMeant(message)
                  ? new MissingCredentials(profile, LOG_IN, System.getenv(), message).sentence()
                  : message),
          e);
    }
  }
}
