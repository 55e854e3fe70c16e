package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.LaunchTemplate;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateBlockDeviceMappingRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateHttpTokensState;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateInstanceMetadataEndpointState;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateTagSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VolumeType;

/**
 * What a run's machines are made by: a group of theirs that lets nobody in, and a launch template.
 */
record Template(Ec2Client ec2) {
  private static final int DISK_GIB = 100;
  private static final Duration LONGEST_SHUTDOWN = Duration.ofMinutes(5);

  static TagSpecification tagged(ResourceType type, Map<String, String> tags) {
    return TagSpecification.builder().resourceType(type).tags(tags(tags)).build();
  }

  private static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  /** Makes the group, or finds it: a new group lets everybody out and nobody in. */
  String group(RunName run, String network, Map<String, String> tags) {
    Optional<SecurityGroup> there = groups(run).stream().findFirst();
    return there
        .map(SecurityGroup::groupId)
        .orElseGet(
            () ->
                Account.ask(
                    "ec2:CreateSecurityGroup",
                    () ->
                        ec2.createSecurityGroup(
                                group ->
                                    group
                                        .groupName(run.name())
                                        .description("machines of an ftpipe run; nobody comes in")
                                        .vpcId(network)
                                        .tagSpecifications(
                                            tagged(ResourceType.SECURITY_GROUP, tags)))
                            .groupId()));
  }

  private List<SecurityGroup> groups(RunName run) {
    return Account.ask(
        "ec2:DescribeSecurityGroups",
        () ->
            ec2.describeSecurityGroups(
                    each -> each.filters(Ground.filter("group-name", run.name())))
                .securityGroups());
  }

  /** Makes the template of a part of a run. */
  void make(
      RunName run,
      int part,
      Image image,
      int diskGiB,
      String group,
      String userData,
      Map<String, String> tags) {
    // No tag for the network interface: the role by which a fleet launches may not write one, and
    // the launch would be refused (AWSEC2FleetServiceRolePolicy). It goes with its machine.
    List<LaunchTemplateTagSpecificationRequest> all =
        Stream.of(ResourceType.INSTANCE, ResourceType.VOLUME)
            .map(
                type ->
                    LaunchTemplateTagSpecificationRequest.builder()
                        .resourceType(type)
                        .tags(tags(tags))
                        .build())
            .toList();
    RequestLaunchTemplateData data =
        RequestLaunchTemplateData.builder()
            .imageId(image.imageId())
            .iamInstanceProfile(profile -> profile.name(run.name()))
            .securityGroupIds(group)
            .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE)
            .metadataOptions(
                options ->
                    options
                        .httpEndpoint(LaunchTemplateInstanceMetadataEndpointState.ENABLED)
                        .httpTokens(LaunchTemplateHttpTokensState.REQUIRED)
                        .httpPutResponseHopLimit(1))
            .blockDeviceMappings(disk(image, diskGiB))
            .tagSpecifications(all)
            .userData(userData)
            .build();
    Account.ask(
        "ec2:CreateLaunchTemplate",
        () ->
            ec2.createLaunchTemplate(
                template ->
                    template
                        .launchTemplateName(run.template(part))
                        .launchTemplateData(data)
                        .tagSpecifications(tagged(ResourceType.LAUNCH_TEMPLATE, tags))));
  }

  private static LaunchTemplateBlockDeviceMappingRequest disk(Image image, int gib) {
    // A disk that is smaller than what is to be on it is refused.
    int least =
        image.blockDeviceMappings().stream()
            .filter(each -> each.deviceName() != null)
            .filter(each -> each.deviceName().equals(image.rootDeviceName()))
            .filter(each -> each.ebs() != null && each.ebs().volumeSize() != null)
            .mapToInt(each -> each.ebs().volumeSize())
            .findFirst()
            .orElse(0);
    return LaunchTemplateBlockDeviceMappingRequest.builder()
        .deviceName(image.rootDeviceName() == null ? "/dev/xvda" : image.rootDeviceName())
        .ebs(
            ebs ->
                ebs.volumeSize(Math.max(least, gib > 0 ? gib : DISK_GIB))
                    .volumeType(VolumeType.GP3)
                    .encrypted(true)
                    .deleteOnTermination(true))
        .build();
  }

  /** Removes the templates of a run: those of an earlier attempt are in the way of others. */
  void removeTemplates(RunName run) {
    for (LaunchTemplate each : templates()) {
      if (found("", each.tags()).run().equals(run.id())) {
        Account.askIfThere(
            "ec2:DeleteLaunchTemplate",
            () ->
                ec2.deleteLaunchTemplate(
                    template -> template.launchTemplateName(each.launchTemplateName())));
      }
    }
  }

  /** All of runs. */
  private List<LaunchTemplate> templates() {
    return Account.ask(
        "ec2:DescribeLaunchTemplates",
        () ->
            ec2
                .describeLaunchTemplatesPaginator(
                    each -> each.filters(Ground.filter("tag-key", RunName.RUN_TAG)))
                .launchTemplates()
                .stream()
                .toList());
  }

  /** Removes both; a group goes after the last machine that is in it. */
  void remove(RunName run) {
    removeTemplates(run);
    for (SecurityGroup group : groups(run)) {
      removeGroup(group.groupId());
    }
  }

  private void removeGroup(String id) {
    Instant end = Instant.now().plus(LONGEST_SHUTDOWN);
    while (isInUse(id)) {
      if (Instant.now().isAfter(end)) {
        throw FtpipeException.environment(
            "a machine of security group "
                + id
                + " is still shutting down; 'ftpipe cloud gc' removes the group later, which costs"
                + " nothing",
            null);
      }
      Pause.millis(2000);
    }
  }

  /** Removes the group, unless it is in use. */
  private boolean isInUse(String id) {
    return Account.askIfThere(
            "ec2:DeleteSecurityGroup",
            () -> {
              try {
                ec2.deleteSecurityGroup(group -> group.groupId(id));
                return false;
              } catch (AwsServiceException e) {
                if (Account.code(e).equals("DependencyViolation")) {
                  return true;
                }
                throw e;
              }
            })
        .orElse(false);
  }

  List<Found> found() {
    List<Found> found = new ArrayList<>();
    templates()
        .forEach(
            each -> found.add(found("launch template " + each.launchTemplateName(), each.tags())));
    Account.ask(
            "ec2:DescribeSecurityGroups",
            () ->
                ec2
                    .describeSecurityGroupsPaginator(
                        each -> each.filters(Ground.filter("tag-key", RunName.RUN_TAG)))
                    .securityGroups()
                    .stream()
                    .toList())
        .forEach(each -> found.add(found("security group " + each.groupId(), each.tags())));
    return found;
  }

  static Found found(String what, List<Tag> tags) {
    return new Found(
        what,
        RunName.tag(tags, RunName.RUN_TAG, Tag::key, Tag::value).orElse(""),
        RunName.tag(tags, RunName.STORE_TAG, Tag::key, Tag::value).orElse(""));
  }
}
