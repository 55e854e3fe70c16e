package dev.ftpipe.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.report.Chart;
import dev.ftpipe.report.NamedValues;
import dev.ftpipe.report.Values;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;

/**
 * A tracking server. User, password and token are those that MLflow's own tools take: {@code
 * MLFLOW_TRACKING_USERNAME}, {@code MLFLOW_TRACKING_PASSWORD}, {@code MLFLOW_TRACKING_TOKEN}.
 */
public final class MlflowServer {
  /** What one request may hold, by the server's rules. */
  private static final int MOST_PARAMS = 100;

  private static final int MOST_METRICS = 1_000;
  private static final int LONGEST_PARAM = 500;

  private final String uri;
  private final String experiment;

  /**
   * A server that is asked nothing yet.
   *
   * @param experiment made when it is not there
   */
  public MlflowServer(String uri, String experiment) {
    this.uri = uri;
    this.experiment = experiment;
  }

  /**
   * Sends a run that has ended: its params, metrics, curves, revision and how it ended.
   *
   * @param curves those of this run alone
   * @return the run's id there
   * @throws FtpipeException environment, when the server does not take it
   */
  public String send(RunRecord run, List<Chart> curves) {
    try (MlflowClient client = new MlflowClient(uri)) {
      String id = client.createRun(created(run, experiment(client))).getRunId();
      for (List<Param> some : parts(params(run), MOST_PARAMS)) {
        client.logBatch(id, List.of(), some, List.of());
      }
      for (List<Metric> some : parts(metrics(run, curves), MOST_METRICS)) {
        client.logBatch(id, some, List.of(), List.of());
      }
      client.setTerminated(id, status(run.state()), end(run).toEpochMilli());
      return id;
    } catch (MlflowClientException e) {
      throw FtpipeException.environment(
          "the MLflow server " + uri + " does not take it: " + reason(e), e);
    }
  }

  /** The client says only that a request failed, and why in the cause. */
  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).strip();
    return message.lines().findFirst().orElse(cause.getClass().getSimpleName());
  }

  private String experiment(MlflowClient client) {
    // Asked for by its name, one that is not there is an error, which the client asks for twice
    // more.
    char quote = experiment.indexOf('\'') < 0 ? '\'' : '"';
    return client.searchExperiments("name = " + quote + experiment + quote).getItems().stream()
        .findFirst()
        .map(Experiment::getExperimentId)
        .orElseGet(() -> client.createExperiment(experiment));
  }

  private static CreateRun created(RunRecord run, String experiment) {
    CreateRun.Builder created =
        CreateRun.newBuilder()
            .setExperimentId(experiment)
            .setStartTime(run.begunAt().toEpochMilli())
            .addTags(tag("mlflow.runName", run.id()))
            .addTags(tag("mlflow.source.name", "ftpipe " + String.join(" ", run.command())))
            .addTags(tag("mlflow.source.type", "PROJECT"))
            .addTags(tag("ftpipe.version", run.version()))
            .addTags(tag("ftpipe.host", run.machine().host()));
    Optional<RunRecord.Revision> git = run.git();
    git.flatMap(RunRecord.Revision::revision)
        .ifPresent(revision -> created.addTags(tag("mlflow.source.git.commit", revision)));
    git.flatMap(RunRecord.Revision::branch)
        .ifPresent(branch -> created.addTags(tag("mlflow.source.git.branch", branch)));
    return created.build();
  }

  private static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }

  private static List<Param> params(RunRecord run) {
    List<Param> params = new ArrayList<>();
    NamedValues.of(run.params())
        .forEach(
            (name, value) -> {
              String text = Values.text(Optional.of(value));
              params.add(
                  Param.newBuilder()
                      .setKey(key(name))
                      .setValue(
                          text.length() <= LONGEST_PARAM
                              ? text
                              : text.substring(0, LONGEST_PARAM - 1) + "…")
                      .build());
            });
    return params;
  }

  private static List<Metric> metrics(RunRecord run, List<Chart> curves) {
    long end = end(run).toEpochMilli();
    List<Metric> metrics = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : NamedValues.of(run.metrics()).entrySet()) {
      if (each.getValue().isNumber()) {
        metrics.add(metric(key(each.getKey()), each.getValue().doubleValue(), 0, end));
      }
    }
    for (Chart curve : curves) {
      if (curve.kind() == Chart.Kind.LINE && !curve.categories()) {
        for (Chart.Series series : curve.series()) {
          add(metrics, CurveName.of(curve, series), series, end);
        }
      }
    }
    return metrics;
  }

  private static void add(List<Metric> metrics, String name, Chart.Series series, long time) {
    for (Chart.Point point : series.points()) {
      if (point.y() != null && point.x() instanceof Number step) {
        metrics.add(metric(name, point.y(), step.longValue(), time));
      }
    }
  }

  private static Metric metric(String name, double value, long step, long time) {
    return Metric.newBuilder()
        .setKey(name)
        .setValue(value)
        .setStep(step)
        .setTimestamp(time)
        .build();
  }

  /** A name as the server takes it: letters, digits, and {@code _ - . / } and spaces. */
  static String key(String name) {
    return name.replaceAll("[^\\p{Alnum}_./ -]", "_");
  }

  private static Instant end(RunRecord run) {
    return run.ended().map(Instant::parse).orElseGet(run::begunAt);
  }

  private static RunStatus status(RunRecord.State state) {
    return switch (state) {
      case DONE -> RunStatus.FINISHED;
      case FAILED -> RunStatus.FAILED;
      case INTERRUPTED -> RunStatus.KILLED;
      case RUNNING -> RunStatus.RUNNING;
    };
  }

  private static <T> List<List<T>> parts(List<T> all, int size) {
    List<List<T>> parts = new ArrayList<>();
    for (int i = 0; i < all.size(); i += size) {
      parts.add(all.subList(i, Math.min(all.size(), i + size)));
    }
    return parts;
  }
}
