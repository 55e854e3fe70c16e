package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that are named when a folder has changed. */
final class CausesTest {
  @TempDir Path folder;
  private CommandLines project;

  @BeforeEach
  void files() throws IOException {
    project =
        new CommandLines(folder.toRealPath())
            .write("data/a", "a\n")
            .write("data/b", "b\n")
            .write("data/c", "c\n")
            .write("data/sub/run.sh", "true\n")
            .write(
                "pipeline.yaml",
                """
                stages:
                  copy:
                    cmd: cp -r data out
                    deps: [data]
                    outs: [out]
                  list:
                    cmd: ls -R out > list
                    deps: [out]
                    outs: [list]
                """);
    assertThat(project.ftpipe("repro").exitCode()).isZero();
  }

  private void changeSource() throws IOException {
    project.write("data/a", "A\n").write("data/new", "new\n");
    Files.delete(project.root.resolve("data/b"));
    Files.move(project.root.resolve("data/c"), project.root.resolve("data/sub/c"));
    assertThat(project.root.resolve("data/sub/run.sh").toFile().setExecutable(true)).isTrue();
  }

  @Test
  void filesOfASourceFolder_areNamed() throws IOException {
    changeSource();
    String expected =
        """
        content: a
        removed: b
        added: new
        renamed: c → sub/c
        executable: sub/run.sh
        """;
    Result status = project.ftpipe("status", "-v", "copy");
    assertThat(status.out()).contains(expected.indent(8));
    assertThat(project.ftpipe("repro", "-n", "-v").out()).contains(expected.indent(8));
    assertThat(project.ftpipe("why", "copy").out()).contains(expected.indent(6));
    assertThat(project.ftpipe("status", "copy").out()).doesNotContain("renamed");
  }

  @Test
  void files_areObjectsInJson_andOnlyWhereAFolderChanged() throws IOException {
    changeSource();
    JsonNode change =
        project.ftpipe("status", "--json").json().path("stages").get(0).path("changes").get(0);
    assertThat(change.path("files").path("total").asInt()).isEqualTo(5);
    assertThat(change.path("files").path("first").get(3))
        .hasToString("{\"what\":\"renamed\",\"path\":\"sub/c\",\"from\":\"c\"}");
    project.write("list", "edited");
    assertThat(project.ftpipe("status", "--json", "list").out()).contains("\"files\"");
    project.ftpipe("repro");
    project.write("list", "edited");
    assertThat(project.ftpipe("status", "--json", "list").out())
        .contains("\"list\"")
        .doesNotContain("\"files\"");
  }

  @Test
  void filesOfAnEditedOutput_areNamed_andTheirNumber() throws IOException {
    for (int i = 0; i < 9; i++) {
      project.write("out/more/" + i, "x");
    }
    assertThat(project.ftpipe("status", "-v", "copy").out())
        .contains("added: more/0", "added: more/4", "and 4 more files")
        .doesNotContain("more/5");
  }

  @Test
  void filesOfAFolderThatComesFromTheCache_areNamed() throws IOException {
    project.write("data/a", "A\n");
    project.ftpipe("repro");
    project.write("data/a", "a\n");
    assertThat(project.ftpipe("status", "-v").out())
        .contains("copy: comes from the cache", "list: comes from the cache")
        .containsPattern("input out: changed \\(.*\\)\n        content: a\n");
  }

  @Test
  void withoutTheOldList_theDigestsAreTold() throws IOException {
    AtomicFiles.deleteTree(project.root.resolve(".ftpipe/cache"));
    changeSource();
    Result why = project.ftpipe("why", "copy");
    assertThat(why.exitCode()).isZero();
    assertThat(why.out())
        .containsPattern("input data: changed \\([0-9a-f]{12} → [0-9a-f]{12}\\)")
        .doesNotContain("renamed");
  }
}
