package dev.ftpipe.run;

import dev.ftpipe.dag.Resources;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What stages share while they run: {@code -j N} processors, the memory and the GPUs. Whoever asks
 * first is served first, so a stage that needs much waits until enough is free but is never passed
 * by. A stage that asks for more than there is gets everything, and so runs alone.
 */
final class Slots {
  /** What the whole is; memory and GPUs are looked for once a stage asks for them. */
  interface Machine {
    /**
     * What stages share on a machine where no GPU is to be seen: they may bring their own, so two
     * of them must not run at once.
     */
    String UNKNOWN_GPU = "";

    long memoryBytes();

    /** Names as {@code CUDA_VISIBLE_DEVICES} takes them, {@link #UNKNOWN_GPU} for none. */
    List<String> gpus();
  }

  /** What one stage holds. */
  record Lease(int cpus, long memoryBytes, List<String> gpus) {
    /** The variables that keep the stage to what it holds; none where it holds no GPU. */
    Map<String, String> variables() {
      return gpus.isEmpty() || gpus.contains(Machine.UNKNOWN_GPU)
          ? Map.of()
          : Map.of(ThisMachine.VISIBLE, String.join(",", gpus));
    }
  }

  private final int cpus;
  private final Machine machine;
  private final Deque<Place> line = new ArrayDeque<>();
  private int freeCpus;
  private long usedMemory;
  private final TreeSet<String> usedGpus = new TreeSet<>();

  Slots(int cpus, Machine machine) {
    this.cpus = cpus;
    this.machine = machine;
    this.freeCpus = cpus;
  }

  /** A place in the line. */
  static final class Place {
    private Place() {}
  }

  /** A place that is not in the line before it is used. */
  Place anyPlace() {
    return new Place();
  }

  /** The last place in the line as of now: whoever comes later waits for it, or for its leave. */
  synchronized Place nextPlace() {
    Place place = new Place();
    line.add(place);
    return place;
  }

  /** Gives the place up, if it was not used. */
  synchronized void leave(Place place) {
    if (line.remove(place)) {
      notifyAll();
    }
  }

  /** Waits until the resources are free, at the end of the line. */
  Lease take(Resources wanted) throws InterruptedException {
    return take(wanted, anyPlace());
  }

  /** Waits until the resources are free. */
  synchronized Lease take(Resources wanted, Place place) throws InterruptedException {
    boolean tooLarge =
        wanted.cpus() > cpus
            || (wanted.memoryBytes() > 0 && wanted.memoryBytes() > machine.memoryBytes())
            || (wanted.gpus() > 0 && wanted.gpus() > machine.gpus().size());
    int wantedCpus = tooLarge ? cpus : Math.max(1, wanted.cpus());
    long wantedMemory =
        wanted.memoryBytes() == 0 ? 0 : Math.min(wanted.memoryBytes(), machine.memoryBytes());
    int wantedGpus = wanted.gpus() == 0 ? 0 : Math.min(wanted.gpus(), machine.gpus().size());
    if (!line.contains(place)) {
      line.add(place);
    }
    try {
      while (line.peek() != place || !fits(wantedCpus, wantedMemory, wantedGpus)) {
        wait();
      }
    } finally {
      leave(place);
    }
    freeCpus -= wantedCpus;
    usedMemory += wantedMemory;
    List<String> gpus = freeGpus(wantedGpus);
    usedGpus.addAll(gpus);
    return new Lease(wantedCpus, wantedMemory, gpus);
  }

  synchronized void giveBack(Lease lease) {
    freeCpus += lease.cpus();
    usedMemory -= lease.memoryBytes();
    lease.gpus().forEach(usedGpus::remove);
    notifyAll();
  }

  private boolean fits(int wantedCpus, long wantedMemory, int wantedGpus) {
    return wantedCpus <= freeCpus
        && (wantedMemory == 0 || usedMemory + wantedMemory <= machine.memoryBytes())
        && freeGpus(wantedGpus).size() == wantedGpus;
  }

  private List<String> freeGpus(int wanted) {
    List<String> free = new ArrayList<>();
    if (wanted > 0) {
      for (String gpu : machine.gpus()) {
        if (free.size() < wanted && !usedGpus.contains(gpu)) {
          free.add(gpu);
        }
      }
    }
    return free;
  }
}
