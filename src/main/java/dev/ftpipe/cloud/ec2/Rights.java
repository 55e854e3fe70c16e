package dev.ftpipe.cloud.ec2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.InstanceProfile;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.Tag;

/** The role of a run's machines, in a profile of the same name. */
record Rights(IamClient iam) {
  private static final String POLICY = "run";

  /**
   * Makes the role, or finds it.
   *
   * @param boundary policy that the role cannot go beyond
   */
  void make(RunName run, Map<String, String> tags, String policy, Optional<String> boundary) {
    List<Tag> own =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    Account.ask(
        "iam:CreateRole",
        () -> {
          try {
            return iam.createRole(
                role -> {
                  role.roleName(run.name())
                      .path(RunName.IAM_PATH)
                      .assumeRolePolicyDocument(NodePolicy.trust())
                      .tags(own);
                  boundary.ifPresent(role::permissionsBoundary);
                });
          } catch (EntityAlreadyExistsException e) {
            return iam.getRole(role -> role.roleName(run.name()));
          }
        });
    Account.ask(
        "iam:PutRolePolicy",
        () ->
            iam.putRolePolicy(
                put -> put.roleName(run.name()).policyName(POLICY).policyDocument(policy)));
    Account.ask(
        "iam:CreateInstanceProfile",
        () -> {
          try {
            return iam.createInstanceProfile(
                    profile ->
                        profile.instanceProfileName(run.name()).path(RunName.IAM_PATH).tags(own))
                .instanceProfile();
          } catch (EntityAlreadyExistsException e) {
            return profile(run);
          }
        });
    Account.ask(
        "iam:AddRoleToInstanceProfile",
        () -> {
          try {
            iam.addRoleToInstanceProfile(
                add -> add.instanceProfileName(run.name()).roleName(run.name()));
            return profile(run);
          } catch (LimitExceededException e) {
            // It has its one role already.
            return profile(run);
          }
        });
  }

  private InstanceProfile profile(RunName run) {
    return iam.getInstanceProfile(get -> get.instanceProfileName(run.name())).instanceProfile();
  }

  void remove(RunName run) {
    Account.askIfThere(
        "iam:RemoveRoleFromInstanceProfile",
        () ->
            iam.removeRoleFromInstanceProfile(
                remove -> remove.instanceProfileName(run.name()).roleName(run.name())));
    Account.askIfThere(
        "iam:DeleteInstanceProfile",
        () -> iam.deleteInstanceProfile(profile -> profile.instanceProfileName(run.name())));
    Account.askIfThere(
        "iam:DeleteRolePolicy",
        () -> iam.deleteRolePolicy(policy -> policy.roleName(run.name()).policyName(POLICY)));
    Account.askIfThere("iam:DeleteRole", () -> iam.deleteRole(role -> role.roleName(run.name())));
  }

  /** Roles and profiles there are, with their tags. */
  List<Found> found() {
    List<Found> found = new ArrayList<>();
    List<Role> roles =
        Account.ask(
            "iam:ListRoles",
            () ->
                iam.listRolesPaginator(list -> list.pathPrefix(RunName.IAM_PATH)).roles().stream()
                    .toList());
    for (Role role : roles) {
      Account.askIfThere(
              "iam:ListRoleTags", () -> iam.listRoleTags(tags -> tags.roleName(role.roleName())))
          .ifPresent(
              tags -> found.add(of("role " + role.roleName(), role.roleName(), tags.tags())));
    }
    List<InstanceProfile> profiles =
        Account.ask(
            "iam:ListInstanceProfiles",
            () ->
                iam
                    .listInstanceProfilesPaginator(list -> list.pathPrefix(RunName.IAM_PATH))
                    .instanceProfiles()
                    .stream()
                    .toList());
    for (InstanceProfile profile : profiles) {
      String name = profile.instanceProfileName();
      Account.askIfThere(
              "iam:ListInstanceProfileTags",
              () -> iam.listInstanceProfileTags(tags -> tags.instanceProfileName(name)))
          .ifPresent(tags -> found.add(of("instance profile " + name, name, tags.tags())));
    }
    return found;
  }

  private static Found of(String what, String name, List<Tag> tags) {
    return new Found(
        what,
        RunName.tag(tags, RunName.RUN_TAG, Tag::key, Tag::value)
            .or(() -> RunName.ofName(name))
            .orElse(""),
        RunName.tag(tags, RunName.STORE_TAG, Tag::key, Tag::value).orElse(""));
  }
}
