package dev.ftpipe.cloud.ec2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Roles and instance profiles, which go only when nothing is in them. */
final class FakeIam {
  private final Map<String, Map<String, String>> roles = new TreeMap<>();
  private final Map<String, Map<String, String>> profiles = new TreeMap<>();
  private final Map<String, String> policies = new TreeMap<>();
  private final TreeSet<String> services = new TreeSet<>();
  private final TreeSet<String> members = new TreeSet<>();

  /** Whether there are the roles by which fleets launch and spot machines are bought. */
  synchronized boolean isServed() {
    return services.containsAll(List.of("ec2fleet.amazonaws.com", "spot.amazonaws.com"));
  }

  synchronized String policy(String role) {
    return policies.getOrDefault(role, "");
  }

  synchronized List<String> everything() {
    List<String> all = new ArrayList<>();
    roles.keySet().forEach(each -> all.add("role " + each));
    profiles.keySet().forEach(each -> all.add("profile " + each));
    policies.keySet().forEach(each -> all.add("policy of " + each));
    return all;
  }

  synchronized String call(String action, Map<String, String> form) {
    String role = form.getOrDefault("RoleName", "");
    String profile = form.getOrDefault("InstanceProfileName", "");
    return result(
        action,
        switch (action) {
          case "CreateRole" -> {
            absent(roles, role);
            roles.put(role, FakeAws.tags(form, "Tags.member.", "Key"));
            yield role(role);
          }
          case "CreateServiceLinkedRole" -> {
            if (!services.add(form.getOrDefault("AWSServiceName", ""))) {
              throw new FakeAws.Refused("InvalidInput");
            }
            yield "";
          }
          case "GetRole" -> {
            present(roles, role);
            yield role(role);
          }
          case "PutRolePolicy" -> {
            present(roles, role);
            policies.put(role, form.getOrDefault("PolicyDocument", ""));
            yield "";
          }
          case "DeleteRolePolicy" -> {
            present(policies, role);
            policies.remove(role);
            yield "";
          }
          case "DeleteRole" -> {
            present(roles, role);
            if (policies.containsKey(role) || members.contains(role)) {
              throw new FakeAws.Refused("DeleteConflict");
            }
            roles.remove(role);
            yield "";
          }
          case "CreateInstanceProfile" -> {
            absent(profiles, profile);
            profiles.put(profile, FakeAws.tags(form, "Tags.member.", "Key"));
            yield profile(profile);
          }
          case "GetInstanceProfile" -> {
            String tags = tags(present(profiles, profile));
            yield profile(profile).replace("</InstanceProfile>", tags + "</InstanceProfile>");
          }
          case "AddRoleToInstanceProfile" -> {
            present(profiles, profile);
            present(roles, role);
            if (!members.add(profile)) {
              throw new FakeAws.Refused("LimitExceeded");
            }
            yield "";
          }
          case "RemoveRoleFromInstanceProfile" -> {
            present(profiles, profile);
            if (!members.remove(profile)) {
              throw new FakeAws.Refused("NoSuchEntity");
            }
            yield "";
          }
          case "DeleteInstanceProfile" -> {
            present(profiles, profile);
            if (members.contains(profile)) {
              throw new FakeAws.Refused("DeleteConflict");
            }
            profiles.remove(profile);
            yield "";
          }
          case "ListRoles" -> list("Roles", roles, FakeIam::role);
          case "ListInstanceProfiles" -> list("InstanceProfiles", profiles, FakeIam::profile);
          case "ListRoleTags" -> tags(present(roles, role)) + "<IsTruncated>false</IsTruncated>";
          default -> throw new FakeAws.Refused("InvalidAction");
        });
  }

  private static String result(String action, String text) {
    return "<" + action + "Result>" + text + "</" + action + "Result>";
  }

  private static void absent(Map<String, ?> all, String name) {
    if (all.containsKey(name)) {
      throw new FakeAws.Refused("EntityAlreadyExists");
    }
  }

  private static <T> T present(Map<String, T> all, String name) {
    T found = all.get(name);
    if (found == null) {
      throw new FakeAws.Refused("NoSuchEntity");
    }
    return found;
  }

  private static String role(String name) {
    return "<Role>" + roleText(name) + "</Role>";
  }

  private static String roleText(String name) {
    return "<Path>/ftpipe/</Path><RoleName>" + name + "</RoleName><Arn>arn:" + name + "</Arn>";
  }

  private static String profile(String name) {
    return "<InstanceProfile><InstanceProfileName>"
        + name
        + "</InstanceProfileName></InstanceProfile>";
  }

  private interface Text {
    String of(String name);
  }

  private static String list(String what, Map<String, ?> all, Text text) {
    StringBuilder members = new StringBuilder();
    for (String name : all.keySet()) {
      String inner = text.of(name).replaceFirst("^<[^>]*>", "").replaceFirst("</[^>]*>$", "");
      members.append("<member>").append(inner).append("</member>");
    }
    return "<" + what + ">" + members + "</" + what + "><IsTruncated>false</IsTruncated>";
  }

  private static String tags(Map<String, String> tags) {
    StringBuilder text = new StringBuilder("<Tags>");
    tags.forEach(
        (key, value) ->
            text.append("<member><Key>")
                .append(key)
                .append("</Key><Value>")
                .append(FakeAws.escaped(value))
                .append("</Value></member>"));
    return text + "</Tags>";
  }
}
