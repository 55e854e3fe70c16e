package dev.ftpipe.cloud.ec2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.Policy;
import software.amazon.awssdk.services.iam.model.PolicyScopeType;
import software.amazon.awssdk.services.iam.model.PolicyVersion;

/** The policies of an account that outlive runs, by the names of the files that hold them. */
record Policies(IamClient iam) {
  static final String LAUNCHER = "aws-launcher-policy.json";
  static final String BOUNDARY = "aws-node-policy.json";

  private static final Map<String, String> NAMES =
      Map.of(LAUNCHER, "ftpipe-launcher", BOUNDARY, "ftpipe-node-boundary");

  /** Makes them, and says what is to be done with them. */
  List<String> make(Map<String, String> policies) {
    List<String> said = new ArrayList<>();
    policies.forEach(
        (file, text) -> {
          String arn = make(Objects.requireNonNull(NAMES.get(file), file), text);
          said.add(
              file.equals(BOUNDARY)
                  ? "made " + arn + "; give the profile permissions_boundary: " + arn
                  : "made " + arn + "; attach it to whoever launches");
        });
    return said;
  }

  private String make(String name, String text) {
    return Account.ask(
        "iam:CreatePolicy",
        () -> {
          try {
            return iam.createPolicy(policy -> policy.policyName(name).policyDocument(text))
                .policy()
                .arn();
          } catch (EntityAlreadyExistsException e) {
            return renew(name, text);
          }
        });
  }

  /** A policy has five versions at most: the one before goes. */
  private String renew(String name, String text) {
    String arn =
        iam.listPoliciesPaginator(list -> list.scope(PolicyScopeType.LOCAL)).policies().stream()
            .filter(policy -> policy.policyName().equals(name))
            .map(Policy::arn)
            .findFirst()
            .orElseThrow();
    List<PolicyVersion> versions = iam.listPolicyVersions(list -> list.policyArn(arn)).versions();
    versions.stream()
        .filter(version -> !version.isDefaultVersion())
        .forEach(
            version ->
                iam.deletePolicyVersion(
                    each -> each.policyArn(arn).versionId(version.versionId())));
    iam.createPolicyVersion(
        version -> version.policyArn(arn).policyDocument(text).setAsDefault(true));
    return arn;
  }
}
