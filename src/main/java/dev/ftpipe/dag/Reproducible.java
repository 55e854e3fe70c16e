package dev.ftpipe.dag;

import java.util.Map;

/** What {@code repro --check} demands of a stage's outputs. */
public sealed interface Reproducible {
  /** The default: the same bytes again. */
  record Bytes() implements Reproducible {}

  /**
   * Metrics that may differ a little; everything else the stage writes may differ at will.
   *
   * @param tolerances dotted name of a metric to the largest absolute difference
   */
  record Metrics(Map<String, Double> tolerances) implements Reproducible {}

  /** Nothing is demanded. */
  record No() implements Reproducible {}
}
