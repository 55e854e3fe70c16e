package dev.ftpipe.cloud.ec2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.InstanceProfile;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.Tag;

/** The role of a run's machines, in a profile of the same name. */
record Rights(IamClient iam) {
  /** Who launches machines for a fleet, and who buys those of spot. */
  private static final List<String> SERVICES =
      List.of("ec2fleet.amazonaws.com", "spot.amazonaws.com");

  private static final String POLICY = "run";

  /**
   * Makes the roles of an account without which no fleet launches anything: it has them from its
   * first launch on, and they cost nothing.
   *
   * @param notes hears when nobody may ask for them: the account may have them all the same
   */
  void makeServiceRoles(Consumer<String> notes) {
    for (String service : SERVICES) {
      try {
        iam.createServiceLinkedRole(role -> role.awsServiceName(service));
      } catch (SdkException e) {
        // It is made once: the account has it already.
        if (e instanceof InvalidInputException || e instanceof EntityAlreadyExistsException) {
          continue;
        }
        notes.accept(
            Account.named("iam:CreateServiceLinkedRole", e).getMessage()
                + "\nwithout the role of "
                + service
                + " in the account no machine is launched");
      }
    }
  }

  /**
   * Makes the role, or finds it.
   *
   * @param boundary policy that the role cannot go beyond
   * @return whether it is new: for some seconds not everybody knows it then
   */
  boolean make(RunName run, Map<String, String> tags, String policy, Optional<String> boundary) {
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
    boolean isNew =
        Account.ask(
            "iam:CreateInstanceProfile",
            () -> {
              try {
                iam.createInstanceProfile(
                    profile ->
                        profile.instanceProfileName(run.name()).path(RunName.IAM_PATH).tags(own));
                return true;
              } catch (EntityAlreadyExistsException e) {
                return false;
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
    return isNew;
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
              "iam:GetInstanceProfile",
              () -> iam.getInstanceProfile(get -> get.instanceProfileName(name)))
          .ifPresent(
              each ->
                  found.add(of("instance profile " + name, name, each.instanceProfile().tags())));
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
