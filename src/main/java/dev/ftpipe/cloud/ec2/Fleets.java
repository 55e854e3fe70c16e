package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.ec2.Ground.Spot;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CreateFleetRequest;
import software.amazon.awssdk.services.ec2.model.DefaultTargetCapacityType;
import software.amazon.awssdk.services.ec2.model.DeleteFleetErrorCode;
import software.amazon.awssdk.services.ec2.model.DeleteFleetErrorItem;
import software.amazon.awssdk.services.ec2.model.DeleteFleetsResponse;
import software.amazon.awssdk.services.ec2.model.FleetData;
import software.amazon.awssdk.services.ec2.model.FleetExcessCapacityTerminationPolicy;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateConfigRequest;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateOverridesRequest;
import software.amazon.awssdk.services.ec2.model.FleetOnDemandAllocationStrategy;
import software.amazon.awssdk.services.ec2.model.FleetStateCode;
import software.amazon.awssdk.services.ec2.model.FleetType;
import software.amazon.awssdk.services.ec2.model.HistoryRecordEntry;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SpotAllocationStrategy;
import software.amazon.awssdk.services.ec2.model.Tag;

/** The engine of a run: a fleet that keeps one machine, whatever is taken away. */
record Fleets(Ec2Client ec2) {
  /** Events of a fleet's history that go well, in the words of fleets and of spot fleets. */
  private static final Set<String> CHANGES =
      Set.of("fleet-change", "instance-change", "fleetRequestChange", "instanceChange");

  private static final Set<FleetStateCode> LIVE =
      Set.of(FleetStateCode.SUBMITTED, FleetStateCode.ACTIVE, FleetStateCode.MODIFYING);

  /**
   * A fleet to be had.
   *
   * @param part of the run that it has
   * @param number of the run's fleets before this attempt
   * @param usdPerHour the most that it may cost
   * @param until when it ends, with its machines
   */
  record Wanted(
      RunName run,
      int part,
      int number,
      List<Spot> spots,
      boolean spot,
      boolean ordered,
      double usdPerHour,
      Instant until,
      Map<String, String> tags) {
    /** The same request twice is one fleet. */
    String token() {
      return run.id() + (part == 0 ? "" : "-part-" + part) + RunName.suffix(number);
    }

    private Map<String, String> ownTags() {
      Map<String, String> own = new TreeMap<>(tags);
      own.put(RunName.PART_TAG, Integer.toString(part));
      return own;
    }
  }

  /** Asks for a fleet, and returns its id. */
  String make(Wanted wanted) {
    String most =
        BigDecimal.valueOf(wanted.usdPerHour()).setScale(4, RoundingMode.UP).toPlainString();
    List<FleetLaunchTemplateOverridesRequest> overrides = new ArrayList<>();
    for (Spot each : wanted.spots()) {
      FleetLaunchTemplateOverridesRequest.Builder override =
          FleetLaunchTemplateOverridesRequest.builder()
              .instanceType(each.offer().type())
              .subnetId(each.subnet());
      if (wanted.ordered()) {
        override.priority(priority(wanted, each));
      }
      overrides.add(override.build());
    }
    CreateFleetRequest.Builder request =
        CreateFleetRequest.builder()
            .clientToken(wanted.token())
            .type(FleetType.MAINTAIN)
            .replaceUnhealthyInstances(true)
            .validUntil(wanted.until().truncatedTo(ChronoUnit.SECONDS))
            .terminateInstancesWithExpiration(true)
            .excessCapacityTerminationPolicy(FleetExcessCapacityTerminationPolicy.TERMINATION)
            .targetCapacitySpecification(
                target ->
                    target
                        .totalTargetCapacity(1)
                        .spotTargetCapacity(wanted.spot() ? 1 : 0)
                        .onDemandTargetCapacity(wanted.spot() ? 0 : 1)
                        .defaultTargetCapacityType(
                            wanted.spot()
                                ? DefaultTargetCapacityType.SPOT
                                : DefaultTargetCapacityType.ON_DEMAND))
            .launchTemplateConfigs(
                FleetLaunchTemplateConfigRequest.builder()
                    .launchTemplateSpecification(
                        template ->
                            template
                                .launchTemplateName(wanted.run().template(wanted.part()))
                                .version("$Latest"))
                    .overrides(overrides)
                    .build())
            .tagSpecifications(Template.tagged(ResourceType.FLEET, wanted.ownTags()));
    if (wanted.spot()) {
      request.spotOptions(
          spot ->
              spot.allocationStrategy(
                      wanted.ordered()
                          ? SpotAllocationStrategy.CAPACITY_OPTIMIZED_PRIORITIZED
                          : SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED)
                  .maxTotalPrice(most));
    } else {
      request.onDemandOptions(
          onDemand ->
              onDemand
                  .allocationStrategy(
                      wanted.ordered()
                          ? FleetOnDemandAllocationStrategy.PRIORITIZED
                          : FleetOnDemandAllocationStrategy.LOWEST_PRICE)
                  .maxTotalPrice(most));
    }
    return Account.ask("ec2:CreateFleet", () -> ec2.createFleet(request.build()).fleetId());
  }

  private static double priority(Wanted wanted, Spot spot) {
    return wanted.spots().stream().map(Spot::offer).distinct().toList().indexOf(spot.offer());
  }

  /** All fleets of a run, those that have ended lately, too. */
  List<FleetData> of(RunName run) {
    return all().stream()
        .filter(fleet -> Template.found("", fleet.tags()).run().equals(run.id()))
        .toList();
  }

  static boolean isLive(FleetData fleet) {
    return LIVE.contains(fleet.fleetState());
  }

  private List<FleetData> all() {
    return Account.ask(
        "ec2:DescribeFleets", () -> ec2.describeFleetsPaginator().fleets().stream().toList());
  }

  /** The machines of a run that are there. */
  List<Instance> machines(RunName run) {
    return instances("tag:" + RunName.RUN_TAG, run.id());
  }

  private List<Instance> instances(String filter, String value) {
    return Account.ask(
        "ec2:DescribeInstances",
        () ->
            ec2
                .describeInstancesPaginator(each -> each.filters(Ground.filter(filter, value)))
                .reservations()
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .filter(
                    instance ->
                        instance.state() == null
                            || !Set.of(
                                    InstanceStateName.TERMINATED, InstanceStateName.SHUTTING_DOWN)
                                .contains(instance.state().name()))
                .toList());
  }

  /** What the fleet has tried and did not get, in the words of EC2. */
  List<String> troubles(String fleet, Instant since) {
    List<HistoryRecordEntry> records =
        Account.ask(
            "ec2:DescribeFleetHistory",
            () ->
                ec2.describeFleetHistory(each -> each.fleetId(fleet).startTime(since))
                    .historyRecords());
    Set<String> troubles = new LinkedHashSet<>();
    for (HistoryRecordEntry each : records) {
      if (!CHANGES.contains(each.eventTypeAsString()) && each.eventInformation() != null) {
        String what = each.eventInformation().eventDescription();
        troubles.add(what == null ? each.eventInformation().eventSubType() : what);
      }
    }
    return List.copyOf(troubles);
  }

  /** Ends all fleets of a run; their machines, too, or only once they end themselves. */
  void end(RunName run, boolean machinesToo) {
    end(of(run), machinesToo);
  }

  /** Ends the fleet of one part of a run, whose machine ends itself. */
  void endPart(RunName run, String part) {
    end(
        of(run).stream()
            .filter(
                fleet ->
                    RunName.tag(fleet.tags(), RunName.PART_TAG, Tag::key, Tag::value)
                        .equals(Optional.of(part)))
            .toList(),
        false);
  }

  private void end(List<FleetData> fleets, boolean machinesToo) {
    List<String> ids = fleets.stream().filter(Fleets::isLive).map(FleetData::fleetId).toList();
    if (!ids.isEmpty()) {
      DeleteFleetsResponse answer =
          Account.ask(
              "ec2:DeleteFleets",
              () -> ec2.deleteFleets(each -> each.fleetIds(ids).terminateInstances(machinesToo)));
      requireAll(answer);
    }
  }

  /** Of several fleets some may stay: the call succeeds all the same. */
  private static void requireAll(DeleteFleetsResponse answer) {
    for (DeleteFleetErrorItem each : answer.unsuccessfulFleetDeletions()) {
      DeleteFleetErrorCode code = each.error().code();
      if (code != DeleteFleetErrorCode.FLEET_ID_DOES_NOT_EXIST) {
        throw FtpipeException.environment(
            "ec2:DeleteFleets: fleet "
                + each.fleetId()
                + " is not ended ("
                + each.error().codeAsString()
                + ": "
                + each.error().message()
                + "); try again, or end it in the console",
            null);
      }
    }
  }

  /** Ends the machines of a run, whether or not a fleet knows of them. */
  void endMachines(RunName run) {
    List<String> ids = machines(run).stream().map(Instance::instanceId).toList();
    if (!ids.isEmpty()) {
      Account.ask(
          "ec2:TerminateInstances", () -> ec2.terminateInstances(each -> each.instanceIds(ids)));
    }
  }

  List<Found> found() {
    List<Found> found = new ArrayList<>();
    all().stream()
        .filter(Fleets::isLive)
        .forEach(fleet -> found.add(Template.found("fleet " + fleet.fleetId(), fleet.tags())));
    instances("tag-key", RunName.RUN_TAG)
        .forEach(each -> found.add(Template.found("machine " + each.instanceId(), each.tags())));
    found.removeIf(each -> each.run().isEmpty());
    return found;
  }
}
