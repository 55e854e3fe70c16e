package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.NodeHost;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Offer;
import dev.ftpipe.cloud.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ec2.model.FleetData;

/**
 * Machines of Amazon EC2. Options of the profile: those of {@link Account}, {@link Ground} and
 * {@link Launch}, and {@code instance_type} for tasks that name no machine.
 */
public final class Ec2Provider implements Provider {
  @Override
  public List<String> lacks(Map<String, String> options) {
    try (Account account = Account.of(options)) {
      new Ground(account, options, note -> {}).subnets(Optional.empty());
      return List.of();
    } catch (FtpipeException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean sellsMachines() {
    return true;
  }

  @Override
  public boolean knowsRuns() {
    return true;
  }

  @Override
  public List<Offer> offers(List<NodeSpec> any, Map<String, String> options, Consumer<String> notes)
      throws IOException {
    Optional<String> region = any.get(0).place().region();
    List<NodeSpec> there = new ArrayList<>(any);
    if (there.removeIf(spec -> !spec.place().region().equals(region))) {
      notes.accept("one launch is for one region; choices in others are left out");
    }
    try (Account account = Account.of(options, region)) {
      return new Offers(account, options, notes).of(there);
    }
  }

  @Override
  public String submit(Order order) throws IOException {
    return launched(order, List.of(UserData.oneNode(order)));
  }

  @Override
  public String submitMany(Order order, int count, int atOnce) throws IOException {
    return launched(order, UserData.manyNodes(order, count, atOnce));
  }

  private static String launched(Order order, List<String> parts) throws IOException {
    try (Account account = Account.of(order.options(), order.spec().place().region())) {
      new Launch(account, order).run(parts);
      return new Handle(account.region(), order.id()).text();
    }
  }

  /** A run in a region. */
  private record Handle(String region, String run) {
    static Handle of(String text) {
      int slash = text.indexOf('/');
      return new Handle(text.substring(0, Math.max(0, slash)), text.substring(slash + 1));
    }

    String text() {
      return region + "/" + run;
    }

    Account account(Map<String, String> options) {
      return Account.of(options, region.isEmpty() ? Optional.empty() : Optional.of(region));
    }

    RunName name() {
      return new RunName(run);
    }
  }

  @Override
  public boolean isAlive(String handle, Map<String, String> options) {
    Handle at = Handle.of(handle);
    try (Account account = at.account(options)) {
      Fleets fleets = new Fleets(account.ec2());
      for (FleetData fleet : fleets.of(at.name())) {
        if (Fleets.isLive(fleet)) {
          return true;
        }
      }
      return !fleets.machines(at.name()).isEmpty();
    }
  }

  @Override
  public void end(String handle, Map<String, String> options) {
    Handle at = Handle.of(handle);
    try (Account account = at.account(options)) {
      end(account, at.name());
    }
  }

  /** First what costs, then what it needs, last what only names have. */
  static void end(Account account, RunName run) {
    Fleets fleets = new Fleets(account.ec2());
    fleets.end(run, true);
    fleets.endMachines(run);
    new Secrets(account.ssm()).remove(run);
    new Rights(account.iam()).remove(run);
    new Template(account.ec2()).remove(run);
  }

  @Override
  public Map<String, List<String>> remains(String store, Map<String, String> options) {
    try (Account account = Account.of(options)) {
      List<Found> all = new ArrayList<>(new Fleets(account.ec2()).found());
      all.addAll(new Template(account.ec2()).found());
      all.addAll(new Rights(account.iam()).found());
      all.addAll(new Secrets(account.ssm()).found());
      Map<String, List<String>> remains = new TreeMap<>();
      for (Found each : all) {
        if (each.store().equals(RunName.storeTag(store))) {
          remains.computeIfAbsent(each.run(), run -> new ArrayList<>()).add(each.what());
        }
      }
      return remains;
    }
  }

  @Override
  public List<String> shell(Placed job, Optional<String> line) {
    Handle at = Handle.of(job.handle());
    try (Account account = at.account(job.options())) {
      return Session.command(account.region(), new Fleets(account.ec2()).machines(at.name()), line);
    }
  }

  @Override
  public NodeHost host() {
    return new Ec2Host();
  }

  @Override
  public List<String> createPolicies(Map<String, String> policies, Map<String, String> options) {
    try (Account account = Account.of(options)) {
      return new Policies(account.iam()).make(policies);
    }
  }

  @Override
  public Map<String, String> policies(String store, Map<String, String> options) {
    try (Account account = Account.of(options)) {
      NodePolicy policy = NodePolicy.of(store, account.region());
      return Map.of(Policies.LAUNCHER, policy.launcher(), Policies.BOUNDARY, policy.boundary());
    }
  }
}
