package dev.ftpipe.cloud.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.SettingsOf;
import dev.ftpipe.store.s3.S3ObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iam.model.AccessKey;

/** The policy of a run's machines, by a server that enforces it. */
@Tag("slow")
final class EnforcedPolicyTest {
  private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  @BeforeEach
  void anybody() {
    System.setProperty("aws.accessKeyId", "anybody");
    System.setProperty("aws.secretAccessKey", "anybody");
  }

  @AfterEach
  void nobody() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  private static ObjectStore store(MotoServer moto, String id, String secret) {
    return S3ObjectStore.open(
        SettingsOf.of("origin", "s3://bucket/team")
            .endpoint(moto.address())
            .keys(new RemoteSettings.Keys(id, secret, Optional.empty()))
            .attempts(1)
            .build());
  }

  /** Somebody with the policy that the machines of a run have. */
  private static AccessKey machine(MotoServer moto, String run) {
    try (Account account =
        Account.of(Map.of("region", "us-east-1", "endpoint", moto.address().toString()))) {
      account.iam().createUser(user -> user.userName("machine"));
      String policy = NodePolicy.of("s3://bucket/team", "us-east-1").ofRun(run);
      account
          .iam()
          .putUserPolicy(put -> put.userName("machine").policyName("run").policyDocument(policy));
      return account.iam().createAccessKey(key -> key.userName("machine")).accessKey();
    }
  }

  @Test
  void theRunsOfOthers_areNeitherReadNorWritten() throws Exception {
    try (MotoServer moto = MotoServer.start(folder.resolve("moto.log"));
        ObjectStore anybody = store(moto, "anybody", "anybody")) {
      moto.makeBucket("bucket");
      anybody.write("runs/RUN-1/state.json", TEXT);
      anybody.write("runs/RUN-2/state.json", TEXT);
      anybody.write("cas/sha256/ab/cd", TEXT);
      AccessKey key = machine(moto, "RUN-1");
      moto.enforce();

      try (ObjectStore role = store(moto, key.accessKeyId(), key.secretAccessKey())) {
        assertThat(role.read("runs/RUN-1/state.json", 100)).contains(TEXT);
        assertThat(role.read("cas/sha256/ab/cd", 100)).contains(TEXT);
        role.write("runs/RUN-1/state.json", TEXT);
        assertThatThrownBy(() -> role.read("runs/RUN-2/state.json", 100))
            .isInstanceOf(FtpipeException.class)
            .hasMessageContaining("s3:GetObject");
        assertThatThrownBy(() -> role.write("runs/RUN-2/state.json", TEXT))
            .isInstanceOf(FtpipeException.class)
            .hasMessageContaining("s3:PutObject");
      }
    }
  }
}
