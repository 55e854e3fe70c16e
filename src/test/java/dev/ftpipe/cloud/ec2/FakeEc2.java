package dev.ftpipe.cloud.ec2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Groups, templates, and fleets that keep their number of machines. */
public final class FakeEc2 {
  /** How large the disk of every image is. */
  public static final int IMAGE_GIB = 75;

  private static final String TAGGED = "LaunchTemplateData.TagSpecification.";

  private final BooleanSupplier isServed;
  private final Path folder;
  private final String keyId;
  private final String secret;
  private final URI aws;
  private final Map<String, Map<String, String>> groups = new TreeMap<>();
  private final Map<String, Map<String, String>> templates = new TreeMap<>();
  private final Map<String, Fleet> fleets = new TreeMap<>();
  private final List<FakeMachine> machines = new ArrayList<>();
  private final ScheduledExecutorService engine = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> keeping;
  private String lacking = "";
  private boolean isTimeless;
  private int most = Integer.MAX_VALUE;
  private List<String> subnets = List.of("subnet-1 vpc-1 eu-west-1a");
  private int number;

  /** A request, and what has become of it. */
  private static final class Fleet {
    final Map<String, String> form;
    String state = "active";

    Fleet(Map<String, String> form) {
      this.form = form;
    }
  }

  /**
   * An empty region.
   *
   * @param isServed whether the account has the roles by which fleets launch
   */
  FakeEc2(Path folder, String keyId, String secret, URI aws, BooleanSupplier isServed) {
    this.isServed = isServed;
    this.folder = folder;
    this.keyId = keyId;
    this.secret = secret;
    this.aws = aws;
    this.keeping = engine.scheduleWithFixedDelay(this::keep, 50, 50, TimeUnit.MILLISECONDS);
  }

  static double onDemand(String type) {
    return type.endsWith(".xlarge") ? 1.0 : type.endsWith(".2xlarge") ? 1.2 : 4.0;
  }

  /** From now on there is no machine of this market. */
  public synchronized void lack(String market) {
    lacking = market;
  }

  /** From now on fleets do not end with their time. */
  public synchronized void forgetTime() {
    isTimeless = true;
  }

  /** From now on there are no more machines at the same time. */
  public synchronized void haveAtMost(int machinesAtOnce) {
    most = machinesAtOnce;
  }

  /** Subnets that there are, each with its network and its zone. */
  public synchronized void have(String... all) {
    subnets = List.of(all);
  }

  /** The requests for fleets, the latest last. */
  public synchronized List<Map<String, String>> requests() {
    return fleets.values().stream().map(fleet -> fleet.form).toList();
  }

  /** The machine of a run that is there. */
  public synchronized Optional<FakeMachine> machine(String run) {
    return machines.stream()
        .filter(each -> !each.isGone() && run.equals(said(each.tags, RunName.RUN_TAG)))
        .findFirst();
  }

  /** How many machines were started for a run. */
  public synchronized long started(String run) {
    return machines.stream().filter(each -> run.equals(said(each.tags, RunName.RUN_TAG))).count();
  }

  /** Tells the machine of a run that it will be taken away. */
  public void interrupt(String run) {
    machine(run).orElseThrow().imds.interrupt();
  }

  /** Takes the machine of a run away, at once. */
  public void takeAway(String run) {
    machine(run).orElseThrow().end();
  }

  synchronized List<String> everything() {
    List<String> all = new ArrayList<>();
    groups.keySet().forEach(each -> all.add("group " + each));
    templates.keySet().forEach(each -> all.add("template " + each));
    fleets.forEach(
        (id, fleet) -> {
          if (fleet.state.equals("active")) {
            all.add("fleet " + id);
          }
        });
    machines.stream().filter(each -> !each.isGone()).forEach(each -> all.add("machine " + each.id));
    return all;
  }

  private synchronized void keep() {
    fleets.forEach(
        (id, fleet) -> {
          boolean isOver = Instant.parse(said(fleet.form, "ValidUntil")).isBefore(Instant.now());
          if (isOver && !isTimeless && fleet.state.equals("active")) {
            fleet.state = "deleted_running";
            if (said(fleet.form, "TerminateInstancesWithExpiration").equals("true")) {
              of(id).forEach(FakeMachine::end);
            }
          }
          if (fleet.state.equals("active")
              && of(id).stream().allMatch(FakeMachine::isGone)
              && machines.stream().filter(each -> !each.isGone()).count() < most
              && trouble(fleet).isEmpty()) {
            start(id, fleet);
          }
        });
  }

  /** Why Amazon would launch nothing for a fleet; empty when it would. */
  private String trouble(Fleet fleet) {
    if (market(fleet).equals(lacking)) {
      return "InsufficientInstanceCapacity in eu-west-1a";
    }
    Map<String, String> template = templates.getOrDefault(templateOf(fleet), Map.of());
    for (int i = 1; template.containsKey(TAGGED + i + ".ResourceType"); i++) {
      // All that AWSEC2FleetServiceRolePolicy lets a fleet tag.
      if (!List.of("instance", "volume", "spot-instances-request")
          .contains(said(template, TAGGED + i + ".ResourceType"))) {
        return "UnauthorizedOperation: ec2:CreateTags";
      }
    }
    return Integer.parseInt(
                template.getOrDefault(
                    "LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize", "1000"))
            < IMAGE_GIB
        ? "InvalidBlockDeviceMapping: volume is smaller than snapshot"
        : "";
  }

  private static String templateOf(Fleet fleet) {
    return said(
        fleet.form, "LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName");
  }

  private static String market(Fleet fleet) {
    return said(fleet.form, "TargetCapacitySpecification.DefaultTargetCapacityType");
  }

  private List<FakeMachine> of(String fleet) {
    return machines.stream().filter(each -> each.fleet.equals(fleet)).toList();
  }

  private void start(String id, Fleet fleet) {
    Map<String, String> template = templates.get(templateOf(fleet));
    if (template == null) {
      return;
    }
    String name = "i-" + ++number;
    try {
      Path root = Files.createDirectories(folder.resolve(name));
      machines.add(
          new FakeMachine(
              name,
              id,
              FakeAws.tags(template, "LaunchTemplateData.TagSpecification.1.Tag.", "Key"),
              said(template, "LaunchTemplateData.UserData"),
              root,
              new FakeImds(keyId, secret),
              aws));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized String call(String action, Map<String, String> form) {
    return switch (action) {
      case "DescribeSubnets" ->
          set(
              "subnetSet",
              subnets.stream()
                  .map(each -> each.split(" ", -1))
                  .map(
                      words ->
                          element("subnetId", words[0])
                              + element("vpcId", words[1])
                              + element("availabilityZone", words[2]))
                  .toList());
      case "DescribeImages" ->
          set(
              "imagesSet",
              List.of(
                  element("imageId", said(form, "ImageId.1"))
                      + "<rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item>"
                      + "<deviceName>/dev/xvda</deviceName><ebs>"
                      + element("volumeSize", Integer.toString(IMAGE_GIB))
                      + "</ebs></item></blockDeviceMapping>"));
      case "DescribeInstanceTypeOfferings" ->
          set(
              "instanceTypeOfferingSet",
              values(form, "Filter.1.Value.").stream()
                  .flatMap(
                      type ->
                          subnets.stream()
                              .map(each -> each.replaceFirst(".* ", ""))
                              .distinct()
                              .map(
                                  zone ->
                                      element("instanceType", type) + element("location", zone)))
                  .toList());
      case "DescribeSpotPriceHistory" ->
          set(
              "spotPriceHistorySet",
              values(form, "InstanceType.").stream()
                  .map(
                      type ->
                          element("instanceType", type)
                              + element("spotPrice", Double.toString(onDemand(type) / 4))
                              + element("timestamp", "2026-01-31T12:00:00.000Z"))
                  .toList());
      case "CreateSecurityGroup" -> {
        groups.put(said(form, "GroupName"), FakeAws.tags(form, "TagSpecification.1.Tag.", "Key"));
        yield element("groupId", "sg-" + said(form, "GroupName"));
      }
      case "DescribeSecurityGroups" ->
          set(
              "securityGroupInfo",
              chosen(groups, form, "group-name").entrySet().stream()
                  .map(each -> element("groupId", "sg-" + each.getKey()) + tagSet(each.getValue()))
                  .toList());
      case "DeleteSecurityGroup" -> {
        String name = said(form, "GroupId").substring(3);
        require(groups, name, "InvalidGroup.NotFound");
        if (machines.stream()
            .anyMatch(each -> !each.isGone() && name.equals(said(each.tags, "Name")))) {
          throw new FakeAws.Refused("DependencyViolation");
        }
        groups.remove(name);
        yield "";
      }
      case "CreateLaunchTemplate" -> {
        templates.put(said(form, "LaunchTemplateName"), form);
        yield "";
      }
      case "DescribeLaunchTemplates" ->
          set(
              "launchTemplates",
              chosen(templates, form, "launch-template-name").entrySet().stream()
                  .map(
                      each ->
                          element("launchTemplateName", each.getKey())
                              + tagSet(
                                  FakeAws.tags(each.getValue(), "TagSpecification.1.Tag.", "Key")))
                  .toList());
      case "DeleteLaunchTemplate" -> {
        require(
            templates,
            said(form, "LaunchTemplateName"),
            "InvalidLaunchTemplateName.NotFoundException");
        templates.remove(said(form, "LaunchTemplateName"));
        yield "";
      }
      case "CreateFleet" -> {
        for (Map.Entry<String, Fleet> each : fleets.entrySet()) {
          if (said(each.getValue().form, "ClientToken").equals(said(form, "ClientToken"))) {
            yield element("fleetId", each.getKey());
          }
        }
        requireValid(form);
        String id = "fleet-%03d".formatted(fleets.size() + 1);
        fleets.put(id, new Fleet(form));
        yield element("fleetId", id);
      }
      case "DescribeFleets" ->
          set(
              "fleetSet",
              fleets.entrySet().stream()
                  .map(
                      each ->
                          element("fleetId", each.getKey())
                              + element("fleetState", each.getValue().state)
                              + tagSet(
                                  FakeAws.tags(
                                      each.getValue().form, "TagSpecification.1.Tag.", "Key")))
                  .toList());
      case "DescribeFleetHistory" ->
          set(
              "historyRecordSet",
              List.of(
                  element("eventType", "fleet-change")
                      + "<eventInformation><eventSubType>active</eventSubType></eventInformation>",
                  element("eventType", "service-error")
                      + "<eventInformation>"
                      + element(
                          "eventDescription",
                          trouble(Objects.requireNonNull(fleets.get(said(form, "FleetId")))))
                      + "</eventInformation>"));
      case "DeleteFleets" -> {
        for (String id : values(form, "FleetId.")) {
          Optional.ofNullable(fleets.get(id)).ifPresent(fleet -> fleet.state = "deleted_running");
          if (said(form, "TerminateInstances").equals("true")) {
            of(id).forEach(FakeMachine::end);
          }
        }
        yield "";
      }
      case "DescribeInstances" ->
          "<reservationSet><item>"
              + set(
                  "instancesSet",
                  machines.stream().filter(each -> wanted(form, each)).map(FakeEc2::text).toList())
              + "</item></reservationSet>";
      case "TerminateInstances" -> {
        machines.stream()
            .filter(each -> values(form, "InstanceId.").contains(each.id))
            .forEach(FakeMachine::end);
        yield "";
      }
      default -> throw new FakeAws.Refused("InvalidAction");
    };
  }

  /** The rules of EC2 Fleet that are not those of a field. */
  private void requireValid(Map<String, String> form) {
    String start = "LaunchTemplateConfigs.1.Overrides.";
    Set<String> pools = new HashSet<>();
    Map<String, String> zones = new TreeMap<>();
    for (int i = 1; form.containsKey(start + i + ".SubnetId"); i++) {
      String subnet = said(form, start + i + ".SubnetId");
      String zone =
          subnets.stream()
              .filter(each -> each.startsWith(subnet + " "))
              .map(each -> each.replaceFirst(".* ", ""))
              .findFirst()
              .orElseThrow(() -> new FakeAws.Refused("InvalidSubnetID.NotFound"));
      if (!zones.computeIfAbsent(zone, none -> subnet).equals(subnet)
          || !pools.add(said(form, start + i + ".InstanceType") + " " + subnet)) {
        throw new FakeAws.Refused("InvalidFleetConfig");
      }
    }
    if (!said(form, "TagSpecification.1.ResourceType").equals("fleet")
        || form.containsKey("TagSpecification.2.ResourceType")
        || said(form, "ClientToken").length() > 64) {
      throw new FakeAws.Refused("InvalidParameterValue");
    }
    if (!isServed.getAsBoolean()) {
      throw new FakeAws.Refused("AuthFailure.ServiceLinkedRoleCreationNotPermitted");
    }
  }

  /** What a request says; nothing where it does not. */
  static String said(Map<String, String> form, String key) {
    return form.getOrDefault(key, "");
  }

  private static boolean wanted(Map<String, String> form, FakeMachine machine) {
    String filter = said(form, "Filter.1.Name");
    return filter.equals("tag-key")
        || said(form, "Filter.1.Value.1").equals(said(machine.tags, filter.substring(4)));
  }

  private static String text(FakeMachine machine) {
    return element("instanceId", machine.id)
        + "<instanceState>"
        + element("name", machine.isGone() ? "terminated" : "running")
        + "</instanceState>"
        + tagSet(machine.tags);
  }

  private static <T> Map<String, T> chosen(
      Map<String, T> all, Map<String, String> form, String name) {
    Map<String, T> chosen = new TreeMap<>(all);
    if (name.equals(said(form, "Filter.1.Name"))) {
      chosen.keySet().retainAll(values(form, "Filter.1.Value."));
    }
    return chosen;
  }

  private static void require(Map<String, ?> all, String name, String code) {
    if (!all.containsKey(name)) {
      throw new FakeAws.Refused(code);
    }
  }

  private static List<String> values(Map<String, String> form, String start) {
    List<String> values = new ArrayList<>();
    for (int i = 1; form.containsKey(start + i); i++) {
      values.add(said(form, start + i));
    }
    return values;
  }

  private static String set(String name, List<String> items) {
    StringBuilder text = new StringBuilder();
    items.forEach(item -> text.append("<item>").append(item).append("</item>"));
    return "<" + name + ">" + text + "</" + name + ">";
  }

  private static String element(String name, String text) {
    return "<" + name + ">" + FakeAws.escaped(text) + "</" + name + ">";
  }

  private static String tagSet(Map<String, String> tags) {
    return set(
        "tagSet",
        tags.entrySet().stream()
            .map(tag -> element("key", tag.getKey()) + element("value", tag.getValue()))
            .toList());
  }

  synchronized void close() {
    keeping.cancel(true);
    engine.shutdownNow();
    machines.forEach(FakeMachine::end);
  }
}
