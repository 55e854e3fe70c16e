package dev.ftpipe.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as its page shows it; the page reads nothing else.
 *
 * @param title of the page
 * @param stages each after all that it depends on
 * @param charts curves and pictures
 * @param values params and metrics, with those of the run before
 */
public record RunView(
    String title,
    Facts run,
    List<StageRow> stages,
    List<GraphLayout.Node> graph,
    List<FileRow> sources,
    List<Chart> charts,
    List<Answers> answers,
    List<ValueRow> values,
    RunTable runs) {
  /**
   * What is known of the run as a whole.
   *
   * @param begun ISO 8601, UTC
   * @param seconds wall time; of a run at work, none
   * @param details name and value of what else is worth a line: revision, machine, versions
   */
  public record Facts(
      String id,
      String state,
      String command,
      String begun,
      @Nullable Double seconds,
      List<List<String>> details) {}

  /**
   * A stage.
   *
   * @param action what was done; {@code waiting} or {@code running} while the run is at work
   * @param begin seconds after the run's; none when that was not recorded
   * @param progress of a running stage, as a text
   * @param log its last lines
   */
  public record StageRow(
      String name,
      String group,
      String does,
      String description,
      String action,
      String cause,
      String key,
      String failure,
      @Nullable Double begin,
      double seconds,
      String progress,
      List<FileRow> inputs,
      List<FileRow> outputs,
      String log) {}

  /**
   * A file or folder.
   *
   * @param digest empty when it is not known
   * @param size bytes; -1 when it is not known
   */
  public record FileRow(String path, String digest, long size) {}

  /**
   * A value of this run and of the one before.
   *
   * @param kind {@code param} or {@code metric}
   * @param before empty when there is none
   */
  public record ValueRow(
      String kind, String file, String name, String value, String before, String change) {}

  /**
   * Runs side by side.
   *
   * @param params names of those that differ
   * @param metrics names of all
   */
  public record RunTable(List<String> params, List<String> metrics, List<RunRow> rows) {}

  /** A run in the table; its values in the order of the names. */
  public record RunRow(
      String id,
      String begun,
      String state,
      @Nullable Double seconds,
      String revision,
      List<String> params,
      List<String> metrics) {}
}
