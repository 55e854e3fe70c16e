package dev.ftpipe.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import dev.ftpipe.config.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads task files, and says all that is wrong with one at once. */
public final class TaskReader {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "resources",
          "num_nodes",
          "workdir",
          "file_mounts",
          "envs",
          "secrets",
          "setup",
          "run",
          "autostop");

  private final Problems problems = new Problems();

  private TaskReader() {}

  /**
   * Reads a task file.
   *
   * @throws FtpipeException wrong use, with every problem and its place
   */
  public static Task read(Path file, String shownAs) {
    TaskReader reader = new TaskReader();
    Optional<Task> task =
        Yaml.read(file, shownAs, reader.problems)
            .flatMap(content -> Section.of(content, "a task", reader.problems))
            .map(section -> reader.task(section, file));
    reader.problems.throwIfAny();
    return task.orElseThrow();
  }

  private Task task(Section section, Path file) {
    SkyPilotWords.allowOnly(section, KEYS, problems);
    if (section.count("num_nodes").orElse(1) != 1) {
      problems.add(
          section.get("num_nodes").orElseThrow().place(),
          "'num_nodes' has to be 1: training runs on one node");
    }
    section.section("file_mounts").ifPresent(this::refuseMounts);
    Map<String, Located> variables = section.section("envs").map(Section::members).orElse(Map.of());
    String fileName = String.valueOf(file.getFileName());
    return new Task(
        section.text("name").orElse(fileName.replaceFirst("\\.ya?ml$", "")),
        section
            .section("resources")
            .map(each -> new ResourcesReader(problems).read(each))
            .orElse(List.of(NodeSpec.ANY)),
        section.section("resources").filter(each -> each.has("ordered")).isPresent(),
        section.text("setup"),
        section.text("run"),
        texts(variables),
        unset(variables),
        names(section),
        unused(section),
        section.section("resources").map(ResourcesReader::ofClouds).orElse(List.of()),
        autostop(section));
  }

  private static List<String> unused(Section section) {
    List<String> unused = new ArrayList<>();
    if (!section.text("workdir").orElse(".").matches("\\.?/?")) {
      unused.add("workdir");
    }
    section
        .section("resources")
        .ifPresent(each -> unused.addAll(SkyPilotWords.withoutEffect(each)));
    return unused;
  }

  /** Of the task or of its resources: minutes, or a mapping with {@code idle_minutes}. */
  private OptionalInt autostop(Section section) {
    Optional<Located> given =
        section
            .get("autostop")
            .or(() -> section.section("resources").flatMap(each -> each.get("autostop")));
    if (given.isEmpty()) {
      return OptionalInt.empty();
    }
    Located minutes = given.get().members().getOrDefault("idle_minutes", given.get());
    String text = minutes.node().asText();
    if (text.matches("[0-9]{1,6}m?")) {
      return OptionalInt.of(Integer.parseInt(text.replace("m", "")));
    }
    if (text.matches("[0-9]{1,4}h")) {
      return OptionalInt.of(60 * Integer.parseInt(text.replace("h", "")));
    }
    if (!text.equals("false")) {
      problems.add(
          given.get().place(),
          "'autostop' has to be minutes, such as 30, or {idle_minutes: 30}; found '" + text + "'");
    }
    return OptionalInt.empty();
  }

  private void refuseMounts(Section mounts) {
    for (Map.Entry<String, Located> mount : mounts.members().entrySet()) {
      JsonNode given = mount.getValue().node();
      String source = (given.isObject() ? given.path("source") : given).asText();
      Optional<String> secret =
          SecretPaths.byName(source).or(() -> SecretPaths.byName(mount.getKey()));
      problems.addAtKey(
          mount.getValue().place(),
          secret.isPresent()
              ? "'"
                  + source
                  + "' "
                  + secret.get()
                  + " and is never copied to a node: a node reads and writes the remote with rights"
                  + " of its own and needs no key of yours; remove this mount"
              : "'"
                  + source
                  + "' cannot be mounted: "
                  + (source.matches("[a-z0-9]+://.*")
                      ? "register it with 'ftpipe add PATH --from "
                          + source
                          + "', which keeps its digest; what is written goes to the remote by itself"
                      : "put it in the project, or register it with 'ftpipe add'"));
    }
  }

  private Map<String, String> texts(Map<String, Located> variables) {
    Map<String, String> all = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> {
          JsonNode node = value.node();
          if (!node.isValueNode()) {
            problems.add(
                value.place(), "'" + name + "' has to be a text; found " + Section.describe(node));
          } else if (!node.isNull()) {
            all.put(name, node.asText());
          }
        });
    return all;
  }

  /** Names of variables that whoever launches gives a value. */
  private static List<String> unset(Map<String, Located> variables) {
    return variables.entrySet().stream()
        .filter(each -> each.getValue().node().isNull())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A list of them, or a mapping without values: those come from the environment alone. */
  private List<String> names(Section section) {
    Optional<Located> secrets = section.get("secrets");
    if (secrets.filter(each -> each.node().isObject()).isPresent()) {
      secrets
          .get()
          .members()
          .forEach(
              (name, value) -> {
                if (!value.node().isNull() && !value.node().asText().isEmpty()) {
                  problems.add(
                      value.place(),
                      "the value of the secret '"
                          + name
                          + "' cannot stand in a file that goes to the remote: leave it empty, and"
                          + " set the variable where you launch");
                }
              });
      return List.copyOf(secrets.get().members().keySet());
    }
    List<String> names = new ArrayList<>();
    for (Located item : section.list("secrets")) {
      if (item.node().isTextual()) {
        names.add(item.node().textValue());
      } else {
        problems.add(
            item.place(),
            "a secret is the name of a variable; found " + Section.describe(item.node()));
      }
    }
    return names;
  }
}
