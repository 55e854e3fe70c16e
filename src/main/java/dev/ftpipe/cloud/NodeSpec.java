package dev.ftpipe.cloud;

import java.util.List;
import java.util.Optional;

/**
 * The machine that a task asks for.
 *
 * @param infra which cloud or profile the file names
 * @param accelerators in the order of the file; any of them does
 * @param cpus at least so many
 * @param memory GiB, at least so many
 * @param diskGiB size of the disk
 * @param spot whether the machine may be taken away
 */
public record NodeSpec(
    Optional<String> infra,
    List<Accelerator> accelerators,
    double cpus,
    double memory,
    Optional<String> instanceType,
    Optional<Integer> diskGiB,
    boolean spot) {
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

  /** A machine of any kind. */
  public static final NodeSpec ANY =
      new NodeSpec(Optional.empty(), List.of(), 0, 0, Optional.empty(), Optional.empty(), false);

  public NodeSpec {
    accelerators = List.copyOf(accelerators);
  }

  /** A machine that has to have this. */
  public static NodeSpec of(List<Accelerator> accelerators, double cpus, double memory) {
    return new NodeSpec(
        Optional.empty(), accelerators, cpus, memory, Optional.empty(), Optional.empty(), false);
  }

  /** The same, that may be taken away. */
  public NodeSpec onSpot() {
    return new NodeSpec(infra, accelerators, cpus, memory, instanceType, diskGiB, true);
  }
}
