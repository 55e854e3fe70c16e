package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.InstanceType;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Offer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ec2.model.DescribeSpotPriceHistoryRequest;
import software.amazon.awssdk.services.ec2.model.SpotPrice;

/** What may be had in a region, with its prices of now. */
record Offers(Account account, Map<String, String> options, Consumer<String> notes) {
  /** The most types that are asked for: with their zones they have to fit into one fleet. */
  private static final int MOST = 20;

  /** What a machine of Linux is called in the history of prices. */
  private static final String LINUX = "Linux/UNIX";

  /** Those that do for any of these, in their order. */
  List<Offer> of(List<NodeSpec> any) throws IOException {
    List<Offer> offers = new ArrayList<>();
    for (boolean spot : new boolean[] {true, false}) {
      Set<String> types = new LinkedHashSet<>();
      any.stream().filter(spec -> spec.spot() == spot).forEach(spec -> types.addAll(types(spec)));
      if (!types.isEmpty()) {
        List<String> asked = types.stream().limit(MOST).toList();
        offers.addAll(spot ? spot(asked) : onDemand(asked));
      }
    }
    return offers;
  }

  /** The types that do for one machine. */
  private List<String> types(NodeSpec spec) {
    if (spec.accelerators().isEmpty()) {
      // Types without GPU are in no table of ours: they have to be named.
      return driven(
          spec,
          List.of(
              spec.instanceType()
                  .or(() -> Optional.ofNullable(options.get("instance_type")))
                  .orElseThrow(
                      () ->
                          FtpipeException.usage(
                              "nothing says which machine of EC2 it has to be: give the task"
                                  + " resources.accelerators or resources.instance_type, or the"
                                  + " profile an instance_type"))));
    }
    List<String> types = InstanceType.candidates(spec).stream().map(InstanceType::name).toList();
    if (types.isEmpty()) {
      notes.accept(
          "no instance type of EC2 has "
              + spec.accelerators()
              + " with what else is asked for; see 'ftpipe cloud show-gpus'");
    }
    return driven(spec, types);
  }

  /** Those for whose GPUs the image has a driver; somebody's own may have any. */
  private List<String> driven(NodeSpec spec, List<String> types) {
    List<String> driven = new ArrayList<>();
    for (String type : types) {
      Optional<InstanceType> known = InstanceType.named(type);
      if (Ground.named(spec, options).isEmpty()
          && known.isPresent()
          && !known.get().hasOpenDriver()) {
        notes.accept(
            type
                + " is left out: the usual image has no driver for "
                + known.get().gpu()
                + "; name one that has, as image_id of the task or image of the profile");
      } else {
        driven.add(type);
      }
    }
    return driven;
  }

  private List<Offer> spot(List<String> types) {
    Instant now = Instant.now();
    DescribeSpotPriceHistoryRequest request =
        DescribeSpotPriceHistoryRequest.builder()
            .instanceTypesWithStrings(types)
            .productDescriptions(LINUX)
            .startTime(now)
            .endTime(now)
            .build();
    List<SpotPrice> prices =
        Account.ask(
            "ec2:DescribeSpotPriceHistory",
            () ->
                account.ec2().describeSpotPriceHistoryPaginator(request).spotPriceHistory().stream()
                    .toList());
    Map<String, Double> highest = new HashMap<>();
    Map<String, String> dates = new HashMap<>();
    for (SpotPrice each : prices) {
      highest.merge(each.instanceTypeAsString(), Double.valueOf(each.spotPrice()), Math::max);
      dates.merge(
          each.instanceTypeAsString(),
          each.timestamp() == null ? now.toString() : each.timestamp().toString(),
          (one, other) -> one.compareTo(other) > 0 ? one : other);
    }
    List<Offer> offers = new ArrayList<>();
    for (String type : types) {
      Double price = highest.get(type);
      if (price == null) {
        notes.accept(type + " is not sold as spot in " + account.region());
      } else {
        offers.add(new Offer(type, true, price, dates.getOrDefault(type, now.toString())));
      }
    }
    return offers;
  }

  private List<Offer> onDemand(List<String> types) throws IOException {
    List<Offer> offers = new ArrayList<>();
    for (String type : types) {
      OptionalDouble price = new PriceList(account).of(type);
      if (price.isEmpty()) {
        notes.accept(type + " has no price in " + account.region());
      } else {
        offers.add(new Offer(type, false, price.getAsDouble(), Instant.now().toString()));
      }
    }
    return offers;
  }
}
