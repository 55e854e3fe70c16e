package dev.ftpipe.cloud;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * On what terms a machine may be had, for a provider that sells them.
 *
 * @param offers machines, each of which does
 * @param store where the run's remote is, as its users write it
 * @param program the distribution that a machine brings itself
 * @param notes hears what takes long
 */
public record Terms(
    List<Offer> offers,
    Wishes wishes,
    String store,
    Optional<Distribution> program,
    Consumer<String> notes) {
  /**
   * What whoever launches wants.
   *
   * @param isOrdered whether an earlier offer is to be preferred
   * @param maxHourly USD; the most that an hour may cost
   * @param spotSeconds for which a spot machine is waited for before one on demand takes its place
   * @param untilUp whether it is waited for as long as it takes
   */
  public record Wishes(
      boolean isOrdered, OptionalDouble maxHourly, OptionalLong spotSeconds, boolean untilUp) {
    public static final Wishes NONE =
        new Wishes(false, OptionalDouble.empty(), OptionalLong.empty(), false);
  }

  /** For those who sell nothing. */
  public static Terms none(String store) {
    return new Terms(List.of(), Wishes.NONE, store, Optional.empty(), note -> {});
  }

  public Terms {
    offers = List.copyOf(offers);
  }
}
