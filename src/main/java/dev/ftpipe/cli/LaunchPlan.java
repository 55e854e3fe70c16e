package dev.ftpipe.cli;

import static java.util.stream.Collectors.joining;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.InstanceType;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Offer;
import dev.ftpipe.config.Settings;
import dev.ftpipe.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a launch would do.
 *
 * @param maxSeconds after which the node ends; 0 for never
 * @param maxHourly USD; the most that an hour may cost, where machines are bought
 * @param offers machines that are cheap enough
 */
record LaunchPlan(String text, long maxSeconds, OptionalDouble maxHourly, List<Offer> offers) {
  /** How far above the price of now a spot price may rise, where nothing else is said. */
  private static final double SPOT_MARGIN = 1.5;

  private static final double HOUR = 3600;

  /** The longest that a bought machine runs, where the profile does not say. */
  private static final String MAX_HOURS = "24";

  /**
   * The plan for machines that somebody has already, or that are not asked for.
   *
   * @param isForCloud whether they would be bought
   */
  static LaunchPlan of(LaunchCandidate place, boolean isForCloud) {
    StringBuilder text = new StringBuilder();
    LaunchOptions options = place.options();
    head(place, isForCloud, text);
    if (isForCloud) {
      candidates(place.machines(), text);
      text.append("prices are asked of the account at launch\n");
      return new LaunchPlan(text.toString(), 0, options.maxHourly(), List.of());
    }
    Optional<Double> price =
        Optional.ofNullable(place.described().get("price_per_hour"))
            .map(each -> number("price_per_hour", each));
    long most = guard(options, price, text);
    return new LaunchPlan(text.toString(), most, OptionalDouble.empty(), List.of());
  }

  /**
   * The plan for machines that are bought.
   *
   * @param asked what may be had, with its prices
   */
  static LaunchPlan of(LaunchCandidate place, List<Offer> asked) {
    StringBuilder text = new StringBuilder();
    LaunchOptions options = place.options();
    head(place, true, text);
    OptionalDouble limit = options.maxHourly();
    List<Offer> offers = new ArrayList<>(asked);
    offers.removeIf(offer -> limit.isPresent() && offer.usdPerHour() > limit.getAsDouble());
    Table table = new Table(List.of("Type", "Market", "USD an hour", "As of", ""));
    for (Offer each : asked) {
      table.add(
          List.of(
              each.type(),
              each.spot() ? "spot" : "on demand",
              usd(each.usdPerHour()),
              each.pricedAt(),
              offers.contains(each) ? "" : "above --max-hourly"));
    }
    text.append(table.text());
    if (offers.isEmpty()) {
      throw FtpipeException.usage(
          asked.isEmpty()
              ? "there is no machine to be had for this task"
              : text + "every machine costs more an hour than --max-hourly allows");
    }
    double hourly =
        limit.orElseGet(() -> offers.stream().mapToDouble(LaunchPlan::cap).max().orElseThrow());
    double hours = number("max_hours", place.described().getOrDefault("max_hours", MAX_HOURS));
    if (options.maxTotal.isPresent()) {
      hours = Math.min(hours, options.maxTotal.get() / hourly);
    }
    long seconds = Math.max(1, (long) (hours * HOUR));
    text.append(
        String.format(
            Locale.ROOT,
            "guard: at most %s USD an hour, for at most %.2f h: %s USD at most%n",
            usd(hourly),
            seconds / HOUR,
            usd(hourly * seconds / HOUR)));
    return new LaunchPlan(text.toString(), seconds, OptionalDouble.of(hourly), offers);
  }

  private static double cap(Offer offer) {
    return offer.spot() ? SPOT_MARGIN * offer.usdPerHour() : offer.usdPerHour();
  }

  private static String usd(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static void head(LaunchCandidate place, boolean isForCloud, StringBuilder text) {
    NodeSpec spec = place.spec();
    text.append("task ").append(place.task().name()).append(" on ").append(place.name());
    text.append(spec.spot() ? ", spot" : "").append('\n');
    if (!spec.accelerators().isEmpty()) {
      text.append("accelerators, any of: ").append(spec.accelerators()).append('\n');
    }
    List<String> unused = new ArrayList<>(place.task().unused());
    if (!isForCloud) {
      unused.addAll(place.task().ofClouds());
      unused.addAll(place.options().ofClouds());
      if (place.machines().stream().map(NodeSpec::onDemand).distinct().count() > 1) {
        unused.add("choices after the first");
      }
    }
    if (!unused.isEmpty()) {
      text.append("without effect here: ").append(String.join(", ", unused)).append('\n');
    }
  }

  private static double number(String option, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw FtpipeException.usage(option + " has to be a number, not '" + text + "'");
    }
  }

  private static void candidates(List<NodeSpec> machines, StringBuilder text) {
    Table table = new Table(List.of("Type", "GPU", "Number", "GiB each", "CPUs", "Memory GiB"));
    List<InstanceType> types =
        machines.stream()
            .flatMap(spec -> InstanceType.candidates(spec).stream())
            .distinct()
            .toList();
    if (types.isEmpty()) {
      text.append("no instance type of EC2 in the table does")
          .append(machines.stream().map(InstanceType::hint).distinct().collect(joining()))
          .append("; see 'ftpipe cloud show-gpus'\n");
      return;
    }
    for (InstanceType type : types.subList(0, Math.min(8, types.size()))) {
      table.add(
          List.of(
              type.name(),
              type.gpu(),
              Integer.toString(type.gpus()),
              Double.toString(type.gpuGib()),
              Integer.toString(type.cpus()),
              Double.toString(type.memory())));
    }
    text.append(table.text());
    text.append("types as of ").append(types.get(0).source()).append('\n');
  }

  private static long guard(LaunchOptions options, Optional<Double> price, StringBuilder text) {
    if (price.isEmpty()) {
      if (options.maxTotal.isPresent() || options.maxHourly.isPresent()) {
        throw FtpipeException.usage(
            "nothing is known of the price of this profile; give it a price_per_hour in "
                + Settings.SHARED);
      }
      text.append("price: none is known of this profile\n");
      return 0;
    }
    if (options.maxHourly.filter(most -> price.get() > most).isPresent()) {
      throw FtpipeException.usage(
          "an hour costs " + price.get() + " USD; --max-hourly allows " + options.maxHourly.get());
    }
    text.append("price: ").append(price.get()).append(" USD an hour, as the profile says\n");
    if (options.maxTotal.isEmpty()) {
      return 0;
    }
    long most = Math.max(1, (long) (options.maxTotal.get() / price.get() * HOUR));
    text.append(
        String.format(
            Locale.ROOT,
            "guard: the node ends after %.2f h, at %s USD%n",
            most / HOUR,
            options.maxTotal.get()));
    return most;
  }
}
