package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user can do to a project, and whether that changes the key of a stage. */
final class KeyTableTest {
  private static final String PIPELINE =
      """
      stages:
        s:
          cmd: sh tool.sh ${train.lr} > out
          deps: [data, tool.sh]
          params: [train.lr, seed]
          env: {MODE: fast}
          outs: [out]
      """;

  private static final String QUOTED = "cmd: \"sh\\u0020tool.sh ${train.lr} > out\"";

  @TempDir Path folder;

  /** What is done to the project. */
  interface Edit {
    void to(CommandLines project) throws IOException;
  }

  static Stream<Arguments> edits() {
    return Stream.concat(changing().stream(), keeping().stream());
  }

  private static Arguments changes(String what, Edit edit) {
    return Arguments.of(what, edit, true);
  }

  private static Arguments keeps(String what, Edit edit) {
    return Arguments.of(what, edit, false);
  }

  private static List<Arguments> changing() {
    return List.of(
        changes("other bytes in an input", p -> p.write("tool.sh", "cat data/sub/b\n")),
        changes("other bytes deep in a folder", p -> p.write("data/sub/b", "B\n")),
        changes("execute bit of an input", p -> mode(p, "tool.sh", "rwxr-xr-x")),
        changes("execute bit in a folder", p -> mode(p, "data/sub/b", "rwx------")),
        changes("rename in a folder", p -> move(p, "data/sub/b", "data/sub/c")),
        changes("new file in a folder", p -> p.write("data/new", "")),
        changes("file gone from a folder", p -> Files.delete(p.root.resolve("data/a"))),
        changes("input moved", p -> inputMoved(p)),
        changes("declared param", p -> replace(p, "params.yaml", "2e-4", "3e-4")),
        changes("whole number to a fraction", p -> replace(p, "params.yaml", "42", "42.0")),
        changes("number to a text", p -> replace(p, "params.yaml", "42", "'42'")),
        changes("param declared no more", p -> pipeline(p, ", seed]", "]")),
        changes("declared variable", p -> pipeline(p, "fast", "slow")),
        changes("one more variable", p -> pipeline(p, "MODE: fast", "MODE: fast, LANG: C")),
        changes("command", p -> pipeline(p, "> out", ">> out")),
        changes("blank in a command", p -> pipeline(p, "tool.sh $", "tool.sh  $")),
        changes("two commands for one", p -> pipeline(p, "cmd: sh", "cmd: cd . && sh")),
        changes("one more output", p -> pipeline(p, "[out]", "[out, more]")),
        changes("wdir", p -> wdir(p)));
  }

  private static List<Arguments> keeping() {
    return List.of(
        keeps("touched file", p -> touch(p, "tool.sh")),
        keeps("touched file in a folder", p -> touch(p, "data/sub/b")),
        keeps("written again", p -> p.write("data/sub/b", "b\n")),
        keeps("other umask", p -> mode(p, "tool.sh", "rw-rw-rw-")),
        keeps("readable by the owner alone", p -> mode(p, "data/a", "rw-------")),
        keeps("execute bit of others alone", p -> mode(p, "data/a", "rw-r-xr-x")),
        keeps("link in place of a file", p -> link(p)),
        keeps("empty folder in a folder", p -> Files.createDirectories(p.root.resolve("data/e"))),
        keeps("order of the inputs", p -> pipeline(p, "[data, tool.sh]", "[tool.sh, data]")),
        keeps("order of the params", p -> pipeline(p, "[train.lr, seed]", "[seed, train.lr]")),
        keeps("comments and blank lines", p -> p.write("pipeline.yaml", "# c\n\n" + PIPELINE)),
        keeps("quotes in YAML", p -> pipeline(p, "cmd: sh tool.sh ${train.lr} > out", QUOTED)),
        keeps("a list of one command", p -> pipeline(p, "cmd: sh", "cmd:\n      - sh")),
        keeps("undeclared param", p -> p.write("params.yaml", p.read("params.yaml") + "x: 1\n")),
        keeps("spelling of a number", p -> replace(p, "params.yaml", "2e-4", "0.0002")),
        keeps("another stage name", p -> pipeline(p, "  s:", "  renamed:")),
        keeps("description", p -> pipeline(p, "    outs", "    desc: d\n    outs")),
        keeps(
            "how it runs",
            p -> pipeline(p, "    outs", "    timeout: 9s\n    retries: 2\n    outs")),
        keeps("resources", p -> pipeline(p, "    outs", "    resources: {cpus: 2}\n    outs")),
        keeps(
            "what a check demands", p -> pipeline(p, "    outs", "    reproducible: no\n    outs")),
        keeps("always_changed", p -> pipeline(p, "    outs", "    always_changed: true\n    outs")),
        keeps("output not cached", p -> pipeline(p, "[out]", "[{out: {cache: false}}]")),
        keeps("another stage", p -> p.write("pipeline.yaml", PIPELINE + "  t: {cmd: 'true'}\n")),
        keeps("dvc.yaml for pipeline.yaml", p -> move(p, "pipeline.yaml", "dvc.yaml")));
  }

  private static void mode(CommandLines project, String path, String mode) throws IOException {
    Files.setPosixFilePermissions(
        project.root.resolve(path), PosixFilePermissions.fromString(mode));
  }

  private static void move(CommandLines project, String from, String to) throws IOException {
    Files.move(project.root.resolve(from), project.root.resolve(to));
  }

  private static void inputMoved(CommandLines project) throws IOException {
    move(project, "tool.sh", "same.sh");
    replace(project, "pipeline.yaml", "data, tool.sh", "data, same.sh");
  }

  private static void wdir(CommandLines project) throws IOException {
    replace(project, "pipeline.yaml", "[data, tool.sh]", "[../data, ../tool.sh]");
    replace(project, "pipeline.yaml", "    outs: [out]", "    wdir: w\n    outs: [../out]");
    Files.createDirectories(project.root.resolve("w"));
    replace(project, "pipeline.yaml", "[train.lr, seed]", "[{../params.yaml: [train.lr, seed]}]");
  }

  private static void link(CommandLines project) throws IOException {
    move(project, "tool.sh", "elsewhere");
    Files.createSymbolicLink(project.root.resolve("tool.sh"), Path.of("elsewhere"));
  }

  private static void touch(CommandLines project, String path) throws IOException {
    Files.setLastModifiedTime(
        project.root.resolve(path), FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
  }

  private static void pipeline(CommandLines project, String old, String text) throws IOException {
    replace(project, "pipeline.yaml", old, text);
  }

  private static void replace(CommandLines project, String path, String old, String text)
      throws IOException {
    String before = project.read(path);
    assertThat(before).contains(old);
    project.write(path, before.replace(old, text));
  }

  private CommandLines project(String name) throws IOException {
    CommandLines project =
        new CommandLines(folder.toRealPath().resolve(name))
            .write("pipeline.yaml", PIPELINE)
            .write("params.yaml", "train: {lr: 2e-4, steps: 5}\nseed: 42\n")
            .write("tool.sh", "cat data/a\n")
            .write("data/a", "a\n")
            .write("data/sub/b", "b\n");
    mode(project, "tool.sh", "rw-r--r--");
    return project;
  }

  private static String key(CommandLines project) throws IOException {
    String first = project.ftpipe("dag").out().lines().findFirst().orElse("") + " ";
    String stage = first.substring(0, first.indexOf(' '));
    CommandLines.Result why = project.ftpipe("why", stage, "--json");
    assertThat(why.exitCode()).as(why.err()).isZero();
    return why.json().at("/status/key").asText();
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("edits")
  void edit_changesTheKey_orNot(String what, Edit edit, boolean changed) throws IOException {
    String before = key(project("one"));
    // Another folder, made at another time: what is equal has an equal key all the same.
    CommandLines other = project("two");
    assertThat(key(other)).isEqualTo(before).hasSize(64);
    edit.to(other);
    assertThat(key(other).equals(before)).as(what).isEqualTo(!changed);
  }
}
