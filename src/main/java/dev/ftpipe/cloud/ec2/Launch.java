package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.Offer;
import dev.ftpipe.cloud.Provider.Order;
import dev.ftpipe.cloud.Terms;
import dev.ftpipe.cloud.ec2.Ground.Spot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ec2.model.FleetData;
import software.amazon.awssdk.services.ec2.model.Subnet;

/**
 * The launch of one run: everything has the run's name and tags from its first moment, so that
 * wherever this ends, what was made is found. Options of the profile: {@code permissions_boundary}
 * (of the role of machines), {@code capacity_seconds} (after which a launch without machine is
 * given up), {@code role_seconds} (for which a new role is left to become known).
 */
final class Launch {
  private final Account account;
  private final Order order;

  Launch(Account account, Order order) {
    this.account = account;
    this.order = order;
  }

  private static final String GRACE_SECONDS = "180";

  /** Of runs that say nothing of their time. */
  private static final long LONGEST_SECONDS = 24 * 3600;

  private static final String CAPACITY_SECONDS = "600";

  /** A fleet whose first launches fail for the role is slow to try again. */
  private static final String ROLE_SECONDS = "10";

  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 5000;

  /**
   * Has machines made that play the node.
   *
   * @param parts for each machine the words that start the node there
   */
  void run(List<String> parts) throws IOException {
    RunName run = new RunName(order.id());
    Fleets fleets = new Fleets(account.ec2());
    List<FleetData> before = fleets.of(run);
    if (before.stream().anyMatch(Fleets::isLive)) {
      return;
    }
    Terms terms = order.terms();
    Map<String, String> tags = run.tags(terms.store(), order.spec().place().labels());
    Instant until = Instant.now().plusSeconds(seconds() + number("grace_seconds", GRACE_SECONDS));
    Ground ground = new Ground(account, order.options(), terms.notes());
    List<Subnet> subnets = ground.subnets(order.spec().place().zone());
    List<Spot> spots = ground.spots(terms.offers(), subnets);
    Template template = new Template(account.ec2());
    String policy = NodePolicy.of(terms.store(), account.region()).ofRun(run.id());
    var image = ground.image(order.spec(), spots);
    String group = template.group(run, subnets.get(0).vpcId(), tags);
    Rights rights = new Rights(account.iam());
    rights.makeServiceRoles(terms.notes());
    boolean isNew =
        rights.make(
            run, tags, policy, Optional.ofNullable(order.options().get("permissions_boundary")));
    Instant known = Instant.now().plusSeconds(isNew ? number("role_seconds", ROLE_SECONDS) : 0);
    new Secrets(account.ssm()).lay(run, UserData.secrets(order), tags);
    template.removeTemplates(run);
    for (int part = 0; part < parts.size(); part++) {
      String userData = UserData.of(order, parts.get(part), account.region(), until);
      int disk = order.spec().diskGiB().orElse(0);
      template.make(run, part, image, disk, group, userData, tags);
    }
    Pause.until(known);
    boolean spot = spots.stream().anyMatch(each -> each.offer().spot());
    boolean onDemand = spots.stream().anyMatch(each -> !each.offer().spot());
    Attempt first = new Attempt(run, fleets, parts.size(), before.size(), spots, until, tags);
    if (!first.isUp(spot) && !(spot && onDemand && second(first))) {
      giveUp(run, first);
    }
  }

  private long number(String option, String usual) {
    return Long.parseLong(order.options().getOrDefault(option, usual));
  }

  private long seconds() {
    return order.maxSeconds() > 0 ? order.maxSeconds() : LONGEST_SECONDS;
  }

  private boolean second(Attempt first) {
    order.terms().notes().accept("no spot machine was to be had; one on demand takes its place");
    first.fleets.end(first.run, true);
    return new Attempt(
            first.run,
            first.fleets,
            first.parts,
            first.number + 1,
            first.spots,
            first.until,
            first.tags)
        .isUp(false);
  }

  private void giveUp(RunName run, Attempt attempt) {
    if (order.terms().wishes().untilUp()) {
      order.terms().notes().accept("no machine yet; the fleet goes on to ask for one");
      return;
    }
    List<String> troubles =
        attempt.fleets.of(run).stream()
            .flatMap(
                fleet ->
                    attempt
                        .fleets
                        .troubles(fleet.fleetId(), Instant.now().minusSeconds(3600))
                        .stream())
            .distinct()
            .toList();
    Ec2Provider.end(account, run);
    throw FtpipeException.environment(
        "no machine was to be had in "
            + account.region()
            + "; tried: "
            + String.join(
                ", ",
                attempt.spots.stream()
                    .map(each -> each.offer().type() + " in " + each.subnet())
                    .distinct()
                    .toList())
            + (troubles.isEmpty() ? "" : "\n" + String.join("\n", troubles))
            + "\n--retry-until-up waits as long as it takes, --spot-timeout takes one on demand, and"
            + " another region or more accelerators may have some",
        null);
  }

  /** Fleets, and the wait for the first of their machines. */
  private final class Attempt {
    private final RunName run;
    private final Fleets fleets;
    private final int parts;
    private final int number;
    private final List<Spot> spots;
    private final Instant until;
    private final Map<String, String> tags;

    Attempt(
        RunName run,
        Fleets fleets,
        int parts,
        int number,
        List<Spot> spots,
        Instant until,
        Map<String, String> tags) {
      this.run = run;
      this.fleets = fleets;
      this.parts = parts;
      this.number = number;
      this.spots = spots;
      this.until = until;
      this.tags = tags;
    }

    boolean isUp(boolean spot) {
      List<Spot> chosen = spots.stream().filter(each -> each.offer().spot() == spot).toList();
      double dearest =
          chosen.stream().map(Spot::offer).mapToDouble(Offer::usdPerHour).max().orElseThrow();
      for (int part = 0; part < parts; part++) {
        fleets.make(
            new Fleets.Wanted(
                run,
                part,
                number,
                chosen,
                spot,
                order.terms().wishes().isOrdered(),
                order.terms().wishes().maxHourly().orElse(dearest),
                until,
                tags));
      }
      long most =
          spot && order.terms().wishes().spotSeconds().isPresent()
              ? order.terms().wishes().spotSeconds().getAsLong()
              : number("capacity_seconds", CAPACITY_SECONDS);
      Instant end = Instant.now().plus(Duration.ofSeconds(most));
      long pause = FIRST_PAUSE_MILLIS;
      while (fleets.machines(run).isEmpty()) {
        if (Instant.now().isAfter(end)) {
          return false;
        }
        Pause.millis(pause);
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      }
      return true;
    }
  }
}
