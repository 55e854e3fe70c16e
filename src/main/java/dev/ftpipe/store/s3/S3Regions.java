package dev.ftpipe.store.s3;

import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;

/** The region of a remote that names none. */
final class S3Regions {
  private S3Regions() {}

  /**
   * From the environment or the profile, else {@code us-east-1}: other servers take any, and AWS
   * answers from there with the bucket's own. The instance's metadata are not asked, as that takes
   * seconds where there are none.
   */
  static Region orDefault(Optional<String> profile) {
    AwsRegionProvider chain =
        new AwsRegionProviderChain(
            new SystemSettingsRegionProvider(),
            profile
                .map(name -> new AwsProfileRegionProvider(null, name))
                .orElseGet(AwsProfileRegionProvider::new));
    try {
      return chain.getRegion();
    } catch (SdkClientException e) {
      return Region.US_EAST_1;
    }
  }
}
