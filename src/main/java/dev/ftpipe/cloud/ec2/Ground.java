package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.InstanceType;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Offer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.InstanceTypeOffering;
import software.amazon.awssdk.services.ec2.model.LocationType;
import software.amazon.awssdk.services.ec2.model.Subnet;

/**
 * What an account has to put machines on. Options of the profile: {@code subnets} (identifiers with
 * commas between; else those of the default network), {@code image} (an AMI, or {@code ssm:} and
 * the name of a public parameter that holds one).
 */
record Ground(Account account, Map<String, String> options, Consumer<String> notes) {
  private static final String GPU_IMAGE =
      "ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id";
  private static final String PLAIN_IMAGE =
      "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

  /** A type of machine in one subnet. */
  record Spot(Offer offer, String subnet) {}

  /** Subnets of one network, in the zone that was asked for, one of each zone. */
  List<Subnet> subnets(Optional<String> zone) {
    Optional<String> named = Optional.ofNullable(options.get("subnets"));
    List<Filter> filters = new ArrayList<>();
    if (named.isEmpty()) {
      filters.add(filter("default-for-az", "true"));
    }
    zone.ifPresent(each -> filters.add(filter("availability-zone", each)));
    List<Subnet> all =
        Account.ask(
            "ec2:DescribeSubnets",
            () ->
                account
                    .ec2()
                    .describeSubnets(
                        request -> {
                          request.filters(filters);
                          named.ifPresent(
                              ids ->
                                  request.subnetIds(
                                      Arrays.stream(ids.split(",", -1))
                                          .map(String::strip)
                                          .toList()));
                        })
                    .subnets());
    if (all.isEmpty()) {
      throw FtpipeException.environment(
          "there is no default subnet in "
              + zone.orElse(account.region())
              + "; give the profile subnets: 'subnet-1, subnet-2'",
          null);
    }
    Set<String> networks = all.stream().map(Subnet::vpcId).collect(Collectors.toSet());
    if (networks.size() > 1) {
      throw FtpipeException.usage(
          "the subnets are of several networks ("
              + networks.stream().sorted().collect(Collectors.joining(", "))
              + "); give the profile those of one, subnets: 'subnet-1, subnet-2'");
    }
    return oneOfEachZone(all);
  }

  /** A fleet takes no two subnets of a zone. */
  private List<Subnet> oneOfEachZone(List<Subnet> all) {
    Map<String, Subnet> zones = new LinkedHashMap<>();
    for (Subnet each : all) {
      Subnet other = zones.putIfAbsent(each.availabilityZone(), each);
      if (other != null) {
        notes.accept(
            each.subnetId()
                + " is left out: "
                + other.subnetId()
                + " is in the same zone, "
                + each.availabilityZone());
      }
    }
    return List.copyOf(zones.values());
  }

  /** Which of these types there are in which of these subnets. */
  List<Spot> spots(List<Offer> offers, List<Subnet> subnets) {
    Set<String> types = new HashSet<>();
    offers.forEach(offer -> types.add(offer.type()));
    Set<String> there = new HashSet<>();
    List<InstanceTypeOffering> offerings =
        Account.ask(
            "ec2:DescribeInstanceTypeOfferings",
            () ->
                account
                    .ec2()
                    .describeInstanceTypeOfferingsPaginator(
                        each ->
                            each.locationType(LocationType.AVAILABILITY_ZONE)
                                .filters(
                                    Filter.builder().name("instance-type").values(types).build()))
                    .instanceTypeOfferings()
                    .stream()
                    .toList());
    offerings.forEach(each -> there.add(each.instanceTypeAsString() + " " + each.location()));
    List<Spot> spots = new ArrayList<>();
    for (Offer offer : offers) {
      for (Subnet subnet : subnets) {
        if (there.contains(offer.type() + " " + subnet.availabilityZone())) {
          spots.add(new Spot(offer, subnet.subnetId()));
        }
      }
    }
    if (spots.isEmpty()) {
      throw FtpipeException.environment(
          "none of "
              + types
              + " is offered in the zones of "
              + subnets.stream().map(Subnet::availabilityZone).toList(),
          null);
    }
    return spots;
  }

  /** The image that a task or a profile names. */
  static Optional<String> named(NodeSpec spec, Map<String, String> options) {
    return spec.place().image().or(() -> Optional.ofNullable(options.get("image")));
  }

  /** The image of the disk: an Amazon Linux, with NVIDIA's driver where there is a GPU. */
  Image image(NodeSpec spec, List<Spot> spots) {
    boolean hasGpu =
        spots.stream().anyMatch(each -> InstanceType.named(each.offer().type()).isPresent());
    String wanted = named(spec, options).orElse(hasGpu ? GPU_IMAGE : PLAIN_IMAGE);
    String id =
        wanted.startsWith("ssm:")
            ? Account.ask(
                "ssm:GetParameter",
                () ->
                    account
                        .ssm()
                        .getParameter(get -> get.name(wanted.substring("ssm:".length())))
                        .parameter()
                        .value())
            : wanted;
    List<Image> images =
        Account.ask(
            "ec2:DescribeImages",
            () -> account.ec2().describeImages(each -> each.imageIds(id)).images());
    if (images.isEmpty()) {
      throw FtpipeException.usage("there is no image " + id + " in " + account.region());
    }
    return images.get(0);
  }

  static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }
}
