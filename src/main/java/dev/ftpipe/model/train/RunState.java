package dev.ftpipe.model.train;

import dev.ftpipe.model.metrics.Point;
import java.util.List;
import java.util.Optional;

/**
 * Where a run stands, apart from weights. Everything random follows from seed and step, so nothing
 * of that is kept.
 *
 * @param step optimizer steps done
 * @param lossSum of the steps since the loss was last logged
 * @param lossCount the number of those steps
 * @param best the evaluation with the lowest loss so far
 * @param worse the number of evaluations since then
 * @param history every point logged
 */
record RunState(
    int step, double lossSum, int lossCount, Optional<Best> best, int worse, List<Point> history) {
  /** An evaluation after some steps. */
  record Best(int step, double loss) {}

  RunState {
    history = List.copyOf(history);
  }
}
