package dev.ftpipe.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.record.RunEvent;
import dev.ftpipe.record.RunEvents;
import dev.ftpipe.record.RunFolder;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecord.StageEntry;
import dev.ftpipe.report.RunView.FileRow;
import dev.ftpipe.report.RunView.StageRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The stages of a run as its page shows them: from its record, events, lock file and logs. */
final class RunStages {
  /** Bytes of each log, its end. */
  private static final int LOG_SHOWN = 12_000;

  private final RunFolder folder;
  private final RunRecord record;
  private final RunGraph graph;
  private final JsonNode lock;
  private final Map<String, RunEvent> started = new HashMap<>();
  private final Map<String, RunEvent> latest = new HashMap<>();

  /**
   * The stages of a run.
   *
   * @param lock bytes of the lock file; none for a run that has not come to its end
   */
  RunStages(RunFolder folder, RunRecord record, RunGraph graph, byte[] lock) throws IOException {
    this.folder = folder;
    this.record = record;
    this.graph = graph;
    this.lock = lock.length == 0 ? Json.mapper().createObjectNode() : Json.mapper().readTree(lock);
    for (RunEvent event : RunEvents.read(folder.events())) {
      if (event.event() == RunEvent.Kind.STARTED) {
        started.put(event.stage(), event);
      }
      latest.put(event.stage(), event);
    }
  }

  /**
   * Every stage of the run; of one that is at work, those of the pipeline.
   *
   * @param liveLogs where the logs of stages are that still run
   */
  List<StageRow> rows(Optional<Function<String, Path>> liveLogs) throws IOException {
    Map<String, StageEntry> entries = new HashMap<>();
    record.stages().forEach(entry -> entries.put(entry.name(), entry));
    Map<String, RunGraph.Node> nodes = new HashMap<>();
    graph.stages().forEach(node -> nodes.put(node.name(), node));
    Set<String> names = new LinkedHashSet<>();
    boolean ended = record.ended().isPresent();
    graph.stages().stream()
        .map(RunGraph.Node::name)
        .filter(name -> !ended || entries.containsKey(name))
        .forEach(names::add);
    record.stages().forEach(entry -> names.add(entry.name()));
    List<StageRow> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(row(name, nodes.get(name), entries.get(name), liveLogs));
    }
    return rows;
  }

  /** A stage of a run that has not begun. */
  static StageRow waiting(RunGraph.Node node) {
    return new StageRow(
        node.name(),
        node.group(),
        node.does(),
        node.description(),
        "waiting",
        "",
        "",
        "",
        null,
        0,
        "",
        node.deps().stream().map(path -> new FileRow(path, "", -1)).toList(),
        node.outs().stream().map(path -> new FileRow(path, "", -1)).toList(),
        "");
  }

  private StageRow row(
      String name,
      RunGraph.@Nullable Node node,
      @Nullable StageEntry entry,
      Optional<Function<String, Path>> liveLogs)
      throws IOException {
    RunEvent begin = started.get(name);
    RunEvent last = latest.get(name);
    JsonNode locked = lock.path("stages").path(name);
    boolean running = last != null && last.event() != RunEvent.Kind.FINISHED;
    String action =
        entry != null
            ? entry.action()
            : last == null
                ? "waiting"
                : running
                    ? (record.state() == RunRecord.State.RUNNING ? "running" : "interrupted")
                    : last.detail();
    double seconds =
        entry != null
            ? entry.seconds()
            : begin != null && last != null ? last.at() - begin.at() : 0;
    return new StageRow(
        name,
        node == null ? name : node.group(),
        node == null ? "" : node.does(),
        node == null ? "" : node.description(),
        action,
        entry != null ? entry.cause() : begin == null ? "" : begin.detail(),
        entry == null ? "" : entry.key().orElse(""),
        entry == null ? "" : entry.failure().orElse(""),
        begin == null ? null : begin.at(),
        seconds,
        last != null && running ? progress(last) : "",
        inputs(node, locked),
        outputs(node, locked, entry),
        log(name, liveLogs));
  }

  private static String progress(RunEvent event) {
    if (event.event() != RunEvent.Kind.PROGRESS) {
      return "";
    }
    String of = event.total() > 0 ? event.done() + " of " + event.total() : "" + event.done();
    return of + " " + event.detail();
  }

  private List<FileRow> inputs(RunGraph.@Nullable Node node, JsonNode locked) {
    List<FileRow> files = new ArrayList<>();
    for (var input : locked.path("ingredients").path("inputs").properties()) {
      files.add(new FileRow(input.getKey(), input.getValue().path("digest").asText(), -1));
    }
    if (files.isEmpty() && node != null) {
      node.deps().forEach(path -> files.add(new FileRow(path, "", -1)));
    }
    return files;
  }

  private static List<FileRow> outputs(
      RunGraph.@Nullable Node node, JsonNode locked, @Nullable StageEntry entry) {
    List<FileRow> files = new ArrayList<>();
    if (entry != null) {
      entry
          .outputs()
          .forEach(
              (path, digest) ->
                  files.add(
                      new FileRow(
                          path,
                          digest,
                          locked.path("outputs").path(path).path("size").asLong(-1))));
    } else if (node != null) {
      node.outs().forEach(path -> files.add(new FileRow(path, "", -1)));
    }
    return files;
  }

  /** The sources that the lock file names. */
  List<FileRow> sources() {
    List<FileRow> files = new ArrayList<>();
    for (var source : lock.path("sources").properties()) {
      JsonNode file = source.getValue();
      files.add(
          new FileRow(source.getKey(), file.path("digest").asText(), file.path("size").asLong(-1)));
    }
    return files;
  }

  private String log(String stage, Optional<Function<String, Path>> liveLogs) throws IOException {
    Path kept = folder.log(stage);
    if (Files.exists(kept)) {
      return end(kept);
    }
    Path live = liveLogs.map(logs -> logs.apply(stage)).orElse(kept);
    return started.containsKey(stage) && Files.exists(live) ? end(live) : "";
  }

  private static String end(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int from = Math.max(0, bytes.length - LOG_SHOWN);
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    return from == 0 ? text : "…" + text.substring(text.indexOf('\n') + 1);
  }

  /** All that a stage of this kind said; empty when there is none. */
  String wholeLog(String does, Optional<Function<String, Path>> liveLogs) throws IOException {
    StringBuilder text = new StringBuilder();
    for (RunGraph.Node node : graph.stages()) {
      if (node.does().equals(does)) {
        Path kept = folder.log(node.name());
        Path live = liveLogs.map(logs -> logs.apply(node.name())).orElse(kept);
        Path log = Files.exists(kept) ? kept : live;
        if (started.containsKey(node.name()) && Files.exists(log)) {
          text.append(Files.readString(log));
        }
      }
    }
    return text.toString();
  }
}
