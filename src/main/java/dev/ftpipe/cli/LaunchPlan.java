package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.InstanceType;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Task;
import dev.ftpipe.config.Settings;
import dev.ftpipe.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a launch would do: found without a network.
 *
 * @param maxSeconds after which the node ends; 0 for never
 */
record LaunchPlan(String text, long maxSeconds) {
  static LaunchPlan of(
      Task task, NodeSpec spec, String profile, LaunchOptions options, Settings settings) {
    Map<String, String> described = settings.profiles().getOrDefault(profile, Map.of());
    Optional<Double> price =
        Optional.ofNullable(described.get("price_per_hour")).map(LaunchPlan::price);
    StringBuilder text = new StringBuilder();
    text.append("task ").append(task.name()).append(" on ").append(profile);
    text.append(spec.spot() ? ", spot" : "").append('\n');
    if (!spec.accelerators().isEmpty()) {
      text.append("accelerators, any of: ").append(spec.accelerators()).append('\n');
    }
    if (!task.unused().isEmpty()) {
      text.append("without effect here: ").append(String.join(", ", task.unused())).append('\n');
    }
    candidates(spec, profile, text);
    long most = guard(options, price, text);
    return new LaunchPlan(text.toString(), most);
  }

  private static double price(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw FtpipeException.usage("price_per_hour has to be a number of USD, not '" + text + "'");
    }
  }

  private static void candidates(NodeSpec spec, String profile, StringBuilder text) {
    if (!profile.equals("aws") && !profile.equals("ec2")) {
      return;
    }
    List<InstanceType> types = InstanceType.candidates(spec);
    if (types.isEmpty()) {
      text.append("no instance type of EC2 in the table does; see 'ftpipe cloud show-gpus'\n");
      return;
    }
    Table table = new Table(List.of("Type", "GPU", "Number", "GiB each", "CPUs", "Memory GiB"));
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
    text.append("types as of ").append(types.get(0).source());
    text.append("; prices are asked of the account, and not in this table\n");
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
    long most = Math.max(1, (long) (options.maxTotal.get() / price.get() * 3600));
    text.append(
        String.format(
            Locale.ROOT,
            "guard: the node ends after %.2f h, at %s USD%n",
            most / 3600.0,
            options.maxTotal.get()));
    return most;
  }
}
