package dev.ftpipe.cloud.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the machines of a run may do, and what they may not. */
final class NodePolicyTest {
  private static final String OBJECTS = "arn:aws:s3:::bucket/team/";
  private static final NodePolicy POLICY = NodePolicy.of("s3://bucket/team", "eu-west-1");

  private final PolicyEvaluator role = new PolicyEvaluator(POLICY.ofRun("RUN-1"));

  private boolean mayList(String prefix) {
    return role.allows("s3:ListBucket", "arn:aws:s3:::bucket", Map.of("s3:prefix", prefix));
  }

  @Test
  void theRunsOwnPrefix_isReadAndWritten() {
    for (String action : List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject")) {
      assertThat(role.allows(action, OBJECTS + "runs/RUN-1/state.json", Map.of())).isTrue();
    }
    assertThat(mayList("team/runs/RUN-1/log/")).isTrue();
    assertThat(role.allows("s3:GetObject", OBJECTS + "cas/sha256/ab/cd", Map.of())).isTrue();
    assertThat(role.allows("s3:GetObject", OBJECTS + "dist/0.tar.gz", Map.of())).isTrue();
  }

  @Test
  void anotherRunsPrefix_isClosed() {
    for (String other : List.of("RUN-2", "RUN-11", "RUN-1x", "")) {
      for (String action : List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject")) {
        assertThat(role.allows(action, OBJECTS + "runs/" + other + "/state.json", Map.of()))
            .as(action + " of run '" + other + "'")
            .isFalse();
      }
      assertThat(mayList("team/runs/" + other + "/")).isFalse();
    }
    assertThat(mayList("team/runs/")).isFalse();
    assertThat(mayList("team/")).isFalse();
    assertThat(role.allows("s3:ListBucket", "arn:aws:s3:::bucket", Map.of())).isFalse();
  }

  @Test
  void whatOthersRelyOn_isNotRemoved() {
    for (String key : List.of("cas/sha256/ab/cd", "packs/0.pack", "actions/ab/c.json")) {
      assertThat(role.allows("s3:DeleteObject", OBJECTS + key, Map.of())).isFalse();
    }
    assertThat(role.allows("s3:PutObject", OBJECTS + "dist/0.tar.gz", Map.of())).isFalse();
    assertThat(role.allows("s3:GetObject", "arn:aws:s3:::bucket/other/cas/x", Map.of())).isFalse();
  }

  @Test
  void secretsAndFleets_areTheRunsOwn() {
    String folder = "arn:aws:ssm:eu-west-1:1:parameter/ftpipe/";
    String fleet = "arn:aws:ec2:eu-west-1:1:fleet/fleet-1";
    assertThat(role.allows("ssm:GetParametersByPath", folder + "RUN-1/", Map.of())).isTrue();
    assertThat(role.allows("ssm:GetParametersByPath", folder + "RUN-2/", Map.of())).isFalse();
    assertThat(
            role.allows("ec2:DeleteFleets", fleet, Map.of("aws:ResourceTag/ftpipe:run", "RUN-1")))
        .isTrue();
    assertThat(
            role.allows("ec2:DeleteFleets", fleet, Map.of("aws:ResourceTag/ftpipe:run", "RUN-2")))
        .isFalse();
    assertThat(role.allows("ec2:RunInstances", "*", Map.of())).isFalse();
    assertThat(role.allows("iam:CreateRole", "*", Map.of())).isFalse();
  }

  @Test
  void theFilesOfTheRepository_areWhatTheCommandWrites() throws IOException {
    NodePolicy policy = NodePolicy.of("s3://BUCKET/PREFIX", "eu-west-1");

    assertThat(Files.readString(Path.of("cloud", Policies.BOUNDARY))).isEqualTo(policy.boundary());
    assertThat(Files.readString(Path.of("cloud", Policies.LAUNCHER))).isEqualTo(policy.launcher());
    assertThat(Json.mapper().readTree(NodePolicy.trust()).isObject()).isTrue();
  }
}
