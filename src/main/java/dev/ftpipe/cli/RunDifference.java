package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.git.Commit;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecord.StageEntry;
import dev.ftpipe.report.Difference;
import dev.ftpipe.report.Table;
import dev.ftpipe.report.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is different between two runs.
 *
 * @param stages whose key or outputs are not the same
 */
record RunDifference(
    RunRecord before,
    RunRecord after,
    List<Difference> params,
    List<Difference> metrics,
    List<StageChange> stages) {
  private static final OptionalInt CHANGE_DIGITS = OptionalInt.of(5);

  /** A stage of both runs, or of one. */
  record StageChange(String name, Optional<StageEntry> before, Optional<StageEntry> after) {
    boolean isSame() {
      return before.flatMap(StageEntry::key).equals(after.flatMap(StageEntry::key))
          && before.map(StageEntry::outputs).equals(after.map(StageEntry::outputs));
    }

    String what() {
      if (before.isEmpty() || after.isEmpty()) {
        return before.isEmpty() ? "only in the second" : "only in the first";
      }
      List<String> files = new ArrayList<>();
      Map<String, String> old = before.get().outputs();
      Map<String, String> now = after.get().outputs();
      now.forEach(
          (path, digest) -> {
            if (!Objects.equals(digest, old.get(path))) {
              files.add(path);
            }
          });
      String key = before.get().key().equals(after.get().key()) ? "the same key" : "another key";
      return key
          + (files.isEmpty()
              ? ", the same outputs"
              : ", other outputs: " + String.join(", ", files));
    }
  }

  static RunDifference of(RunRecord before, RunRecord after) {
    return new RunDifference(
        before,
        after,
        Difference.between(before.params(), after.params(), false),
        Difference.between(before.metrics(), after.metrics(), false),
        stageChanges(before, after));
  }

  private static List<StageChange> stageChanges(RunRecord before, RunRecord after) {
    Map<String, StageEntry> old = byName(before);
    Map<String, StageEntry> now = byName(after);
    Map<String, StageEntry> all = new LinkedHashMap<>(old);
    now.forEach(all::putIfAbsent);
    return all.keySet().stream()
        .map(
            name ->
                new StageChange(
                    name, Optional.ofNullable(old.get(name)), Optional.ofNullable(now.get(name))))
        .filter(change -> !change.isSame())
        .toList();
  }

  private static Map<String, StageEntry> byName(RunRecord run) {
    Map<String, StageEntry> byName = new LinkedHashMap<>();
    run.stages().forEach(stage -> byName.put(stage.name(), stage));
    return byName;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    Table facts = new Table(List.of("", before.id(), after.id()));
    facts.add(List.of("state", before.state().text(), after.state().text()));
    facts.add(List.of("revision", revision(before), revision(after)));
    facts.add(
        List.of(
            "duration", RunsText.duration(before.seconds()), RunsText.duration(after.seconds())));
    text.append(facts.text());
    values(text, "Param", params);
    if (!stages.isEmpty()) {
      Table table = new Table(List.of("Stage", "Difference"));
      stages.forEach(stage -> table.add(List.of(stage.name(), stage.what())));
      text.append('\n').append(table.text());
    }
    values(text, "Metric", metrics);
    return text.toString();
  }

  private static String revision(RunRecord run) {
    return run.git()
        .map(git -> git.revision().map(Commit::shortened).orElse("-") + (git.dirty() ? "+" : ""))
        .orElse("-");
  }

  private void values(StringBuilder text, String what, List<Difference> differences) {
    if (differences.isEmpty()) {
      return;
    }
    Table table = new Table(List.of("Path", what, before.id(), after.id(), "Change"));
    for (Difference each : differences) {
      table.add(
          List.of(
              each.path(),
              each.name(),
              Values.text(each.before()),
              Values.text(each.after()),
              Values.text(each.change(), CHANGE_DIGITS)));
    }
    text.append('\n').append(table.text());
  }

  String json() {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("before", before.id()).put("after", after.id());
    json.set("params", DifferenceText.json(params));
    json.set("metrics", DifferenceText.json(metrics));
    ObjectNode changed = json.putObject("stages");
    for (StageChange stage : stages) {
      ObjectNode pair = changed.putObject(stage.name());
      pair.set("old", side(stage.before()));
      pair.set("new", side(stage.after()));
    }
    return JsonOutput.line(json);
  }

  private static JsonNode side(Optional<StageEntry> stage) {
    return Json.mapper().valueToTree(stage);
  }
}
