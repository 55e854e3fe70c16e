package dev.ftpipe.model.train;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.metrics.MetricsFolder;
import dev.ftpipe.model.metrics.Point;
import dev.ftpipe.model.sft.Batch;
import dev.ftpipe.model.sft.Batches;
import dev.ftpipe.model.sft.LrSchedule;
import dev.ftpipe.model.sft.TrainerOptions;
import dev.ftpipe.model.sft.TrainerOptions.IntervalStrategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * All optimizer steps of a run with what happens between them: logging, evaluation, checkpoints.
 * Which examples a step sees, its rate and its dropout follow from its number alone.
 */
final class TrainLoop {
  private final TrainerOptions options;
  private final Batches batches;
  private final Optional<Evaluation> evaluation;
  private final TrainStep step;
  private final Checkpoints checkpoints;
  private final Path metricsFolder;
  private final TrainListener listener;
  private final int total;
  private final int perEpoch;
  private final LrSchedule schedule;

  private int done;
  private double lossSum;
  private int lossCount;
  private Optional<RunState.Best> best = Optional.empty();
  private int worse;

  TrainLoop(
      TrainerOptions options,
      Batches batches,
      Optional<Evaluation> evaluation,
      TrainStep step,
      Checkpoints checkpoints,
      Path metricsFolder,
      TrainListener listener) {
    this.options = options;
    this.batches = batches;
    this.evaluation = evaluation;
    this.step = step;
    this.checkpoints = checkpoints;
    this.metricsFolder = metricsFolder;
    this.listener = listener;
    this.total = batches.totalSteps(options);
    this.perEpoch = batches.stepsPerEpoch(options.gradientAccumulationSteps());
    this.schedule = LrSchedule.of(options, total);
  }

  /** Runs to the end, or to a stop. */
  void run(BooleanSupplier stop) throws IOException, InterruptedException {
    if (options.evalStrategy() != IntervalStrategy.NO && evaluation.isEmpty()) {
      throw FtpipeException.usage(
          "trainer.eval_strategy needs validation records: give the input 'val' or set it to no");
    }
    MetricsFolder metrics = start();
    int epoch = -1;
    List<List<int[]>> steps = List.of();
    while (done < total && !enough()) {
      if (stop.getAsBoolean()) {
        keep(metrics);
        throw new InterruptedException("stopped after step " + done + " of " + total);
      }
      if (epoch != done / perEpoch) {
        epoch = done / perEpoch;
        steps = batches.steps(epoch, options.gradientAccumulationSteps());
      }
      train(steps.get(done % perEpoch), metrics);
      if (due(options.evalStrategy(), options.evalInterval())) {
        evaluate(metrics);
      }
      if (due(options.saveStrategy(), options.saveSteps())) {
        save(metrics);
      }
    }
    if (done < total) {
      listener.message(
          "stopping after step %d of %d: the validation loss has not been better for %d evaluations"
              .formatted(done, total, worse));
    }
    metrics.writeSummary();
    if (options.loadBestModelAtEnd() && best.isPresent()) {
      int bestStep = best.get().step();
      listener.message("taking the weights of step " + bestStep + ", the best evaluation");
      checkpoints.load(bestStep);
    }
  }

  private MetricsFolder start() throws IOException {
    Optional<RunState> resumed = checkpoints.resume();
    if (resumed.isEmpty()) {
      return new MetricsFolder(metricsFolder);
    }
    RunState state = resumed.get();
    listener.message("going on from the checkpoint of step " + state.step() + " of " + total);
    done = state.step();
    lossSum = state.lossSum();
    lossCount = state.lossCount();
    best = state.best();
    worse = state.worse();
    return MetricsFolder.resume(metricsFolder, state.history());
  }

  private void train(List<int[]> rows, MetricsFolder metrics) throws IOException {
    long begin = System.nanoTime();
    double rate = schedule.at(done);
    List<Batch> micro = rows.stream().map(batches::collate).toList();
    StepResult result = step.run(done, micro, rate);
    double seconds = (System.nanoTime() - begin) / 1e9;
    done++;
    lossSum += result.loss();
    lossCount++;
    listener.stepped(
        new TrainListener.Step(
            done,
            total,
            result.loss(),
            rate,
            result.gradientNorm(),
            result.tokens() / seconds,
            step.deviceMemory()));
    if (done % options.loggingSteps() == 0 || done == total) {
      metrics.log(new Point("train/loss", done, lossSum / lossCount));
      metrics.log(new Point("train/grad_norm", done, result.gradientNorm()));
      metrics.log(new Point("train/learning_rate", done, rate));
      lossSum = 0;
      lossCount = 0;
    }
  }

  private boolean due(IntervalStrategy strategy, int interval) {
    return switch (strategy) {
      case NO -> false;
      case STEPS -> done % interval == 0;
      case EPOCH -> done % perEpoch == 0 || done == total;
    };
  }

  private void evaluate(MetricsFolder metrics) throws IOException {
    double loss = evaluation.orElseThrow().loss();
    if (!Double.isFinite(loss)) {
      throw FtpipeException.pipeline(
          "step " + done + ": the loss on the validation records is " + loss);
    }
    metrics.log(new Point("eval/loss", done, loss));
    listener.evaluated(done, loss);
    if (best.isEmpty() || loss < best.get().loss()) {
      best = Optional.of(new RunState.Best(done, loss));
      worse = 0;
    } else {
      worse++;
    }
  }

  private boolean enough() {
    return options.earlyStoppingPatience().isPresent()
        && worse >= options.earlyStoppingPatience().get();
  }

  private void keep(MetricsFolder metrics) throws IOException {
    checkpoints.save(state(metrics));
    List<Path> folders = new ArrayList<>();
    if (options.loadBestModelAtEnd()) {
      best.filter(each -> each.step() != done && each.step() > 0)
          .ifPresent(each -> folders.add(checkpoints.path(each.step())));
    }
    folders.add(checkpoints.path(done));
    listener.saved(done, folders);
  }

  private void save(MetricsFolder metrics) throws IOException {
    keep(metrics);
    if (options.saveTotalLimit().isPresent()) {
      checkpoints.prune(
          options.saveTotalLimit().get(),
          options.loadBestModelAtEnd() ? best.map(RunState.Best::step) : Optional.empty());
    }
  }

  private RunState state(MetricsFolder metrics) {
    return new RunState(done, lossSum, lossCount, best, worse, metrics.history());
  }
}
