package dev.ftpipe.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machine that a task asks for.
 *
 * @param infra which cloud or profile the file names
 * @param accelerators in the order of the file; any of them does
 * @param memory GiB
 * @param diskGiB size of the disk
 * @param spot whether the machine may be taken away
 * @param place where it has to be, for those who have machines in several places
 */
public record NodeSpec(
    Optional<String> infra,
    List<Accelerator> accelerators,
    Amount cpus,
    Amount memory,
    Optional<String> instanceType,
    Optional<Integer> diskGiB,
    boolean spot,
    Place place) {
  /**
   * How much of something.
   *
   * @param orMore whether more does, too
   */
  public record Amount(double number, boolean orMore) {
    public static final Amount ANY = new Amount(0, true);

    /** Whether a machine that has so much does. */
    boolean fits(double has) {
      return orMore ? has >= number : Math.abs(has - number) < 0.5;
    }
  }

  /** A kind of GPU and how many of it. */
  public record Accelerator(String name, int count) {
    /** GPUs of whatever kind. */
    public static Accelerator any(int count) {
      return new Accelerator("", count);
    }

    @Override
    public String toString() {
      return name + ":" + count;
    }
  }

  /**
   * Where in a cloud, and from what.
   *
   * @param image of the machine's disk
   * @param labels that the machine is marked with
   */
  public record Place(
      Optional<String> region,
      Optional<String> zone,
      Optional<String> image,
      Map<String, String> labels) {
    public static final Place ANY =
        new Place(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    public Place {
      labels = Map.copyOf(labels);
    }
  }

  /** A machine of any kind. */
  public static final NodeSpec ANY = of(List.of(), 0, 0);

  public NodeSpec {
    accelerators = List.copyOf(accelerators);
  }

  /** A machine that has to have this, or more processors and memory. */
  public static NodeSpec of(List<Accelerator> accelerators, double cpus, double memory) {
    return new NodeSpec(
        Optional.empty(),
        accelerators,
        new Amount(cpus, true),
        new Amount(memory, true),
        Optional.empty(),
        Optional.empty(),
        false,
        Place.ANY);
  }

  /** The same, that may be taken away. */
  public NodeSpec onSpot() {
    return with(true);
  }

  /** The same, that stays. */
  public NodeSpec onDemand() {
    return with(false);
  }

  private NodeSpec with(boolean isSpot) {
    return new NodeSpec(infra, accelerators, cpus, memory, instanceType, diskGiB, isSpot, place);
  }
}
