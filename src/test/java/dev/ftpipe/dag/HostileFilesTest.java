package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Params files that are broken, or made to break: one clear message with its place. */
final class HostileFilesTest {
  @TempDir Path folder = Path.of("");
  private Project project = new Project(folder);

  @BeforeEach
  void useFolder() {
    project = new Project(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p.yaml | 'a: [1' | 'p.yaml:1:6: not YAML: '",
        "p.yaml | 'a:\\n\\tb: 1' | 'p.yaml:2:1: a tab where YAML expects spaces'",
        "p.yaml | 'a: 1\\nb: 2\\na: 3' | \"p.yaml:3:1: key 'a' is here twice\"",
        "p.yaml | '? [x]\\n: 1' | 'p.yaml:1:3: a key has to be a text'",
        "p.yaml | '- a' | 'p.yaml:1:1: the file has to be a mapping; found a list'",
        "p.yaml | 'a: *b' | \"p.yaml:1:4: alias '*b' names no anchor\"",
        "p.json | '{\"a\": 1,}' | 'p.json:1:9: not JSON: '",
        "p.json | '{\"a\": 1, \"a\": 2}' | 'p.json:1:13: not JSON: Duplicate field'",
        "p.json | '{\"a\": 1} x' | 'p.json:1:10: not JSON: '",
        "p.json | '[1]' | 'p.json:1:1: the file has to be a mapping; found a list'",
        "p.json | '' | 'p.json:1:1: '",
        "p.toml | 'a = ' | 'p.toml:1:'",
        "p.toml | 'a = 1\\na = 2' | 'p.toml:2:'",
        "p.toml | '[a]\\nb = [1' | 'p.toml:2:'",
        "p.py | 'A = [1' | 'p.py:1:5: not Python: what is opened here is not closed'",
        "p.py | 'A = \"x' | 'p.py:1:5: not Python: what is opened here is not closed'",
      })
  void aBrokenFileIsOneMessage(String name, String text, String message) {
    reads(name, text.replace("\\n", "\n").replace("\\t", "\t"));
    String expected = message.replaceAll("^\"|\"$", "");
    assertThat(project.problems()).hasSize(1);
    assertThat(project.problems().get(0)).startsWith(expected);
  }

  @ParameterizedTest
  @CsvSource({"p.yaml", "p.json"})
  void aDeepFileIsRefused(String name) {
    reads(name, "{\"a\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    assertThat(project.problems()).hasSize(1);
    assertThat(project.problems().get(0)).startsWith(name + ":1:").containsIgnoringCase("nest");
  }

  @Test
  void aDeepTomlFileIsRefused() {
    reads("p.toml", "a = " + "[".repeat(100_000) + "]".repeat(100_000));
    assertThat(project.problems()).hasSize(1);
    assertThat(project.problems().get(0)).startsWith("p.toml:1:");
  }

  @Test
  void aDeepPythonFileGivesNothing() {
    reads("p.py", "A = 1\nB = " + "[".repeat(100_000) + "]".repeat(100_000));
    assertThat(project.problems()).isEmpty();
  }

  @Test
  void laughsAreBounded() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (int i = 1; i < 12; i++) {
      String alias = "*a" + (i - 1);
      laughs.append("a").append(i).append(": &a").append(i).append(" [");
      laughs.append((alias + ", ").repeat(7)).append(alias).append("]\n");
    }
    reads("p.yaml", laughs.toString());
    assertThat(project.problems()).hasSize(1);
    assertThat(project.problems().get(0)).contains("aliases unfold to more than");
  }

  @ParameterizedTest
  @CsvSource({"p.yaml", "p.json", "p.toml", "p.py"})
  void aHugeFileIsNotRead(String name) throws IOException {
    reads(name, "");
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.setLength(200L << 20);
    }
    assertThat(project.problems())
        .containsExactly(
            name + ":1:1: holds 200 MiB; a configuration file may hold 16 MiB. Is it a data file?");
  }

  @Test
  void aMissingFileAndAPathOutsideAreFound() {
    project.pipeline(
        "vars: [../v.yaml, none.yaml]\nstages: {a: {cmd: a, params: [q.yaml: [a], /r.yaml: [b]]}}\n");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:1:8: path '../v.yaml' holds '..'; a path goes down from the project"
                + " folder",
            "pipeline.yaml:1:19: there is no file 'none.yaml'",
            "pipeline.yaml:2:31: there is no params file 'q.yaml'",
            "pipeline.yaml:2:44: path '/r.yaml' is absolute; a path is relative to the project"
                + " folder");
  }

  @Test
  void marksAndLineBreaksOfOtherSystemsAreRead() {
    project
        .file("p.yaml", "\uFEFFA: 1\r\nb: 2\r\n3: three\r\n")
        .file("q.json", "\uFEFF{\"C\": 1}\r\n")
        .file("r.toml", "\uFEFFd = 1\r\n")
        .file("s.py", "\uFEFFE = 1\r\nF = 2\r\n")
        .pipeline(
            """
            vars: [p.yaml, q.json, r.toml, s.py]
            stages: {a: {cmd: 'x ${A} ${b} ${3} ${C} ${d} ${E} ${F}'}}
            """);
    assertThat(project.problems()).isEmpty();
    assertThat(project.load().stage("a").action())
        .isEqualTo(new Action.Shell(java.util.List.of("x 1 2 three 1 1 1 2"), "."));
  }

  private void reads(String name, String text) {
    project.file(name, text).pipeline("stages: {a: {cmd: a, params: [" + name + ": ]}}\n");
  }
}
