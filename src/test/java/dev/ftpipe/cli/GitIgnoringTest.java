package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.git.GitSandbox;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cache keeps stays out of {@code git status}. */
final class GitIgnoringTest {
  @TempDir private Path folder;
  private GitSandbox git;
  private CommandLines project;

  @BeforeEach
  void project() throws Exception {
    git = GitSandbox.init(folder);
    project = new CommandLines(folder);
    project.write(
        "pipeline.yaml",
        """
        stages:
          make:
            cmd: mkdir -p data/set; echo 1 > data/set/1; echo 2 > data/two; echo 3 > loss.json
            outs: [data/set, data/two]
            metrics: [{loss.json: {cache: false}}]
          read:
            cmd: cp data/two copy
            deps: [data/two]
            outs: [copy]
        """);
    git.commit("one");
  }

  private static Result isDone(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result;
  }

  private String seen() throws Exception {
    return git.git("status", "--porcelain", "-uall");
  }

  @Test
  void repro_ignoresItsCachedOutputs_once() throws Exception {
    assertThat(isDone(project.ftpipe("repro", "-n")).err()).doesNotContain(".gitignore");
    assertThat(seen()).isEmpty();

    assertThat(isDone(project.ftpipe("repro")).err())
        .contains("data/set, data/two, copy are in .gitignore now");

    assertThat(project.read("data/.gitignore")).isEqualTo("/set\n/two\n");
    assertThat(project.read(".gitignore")).isEqualTo("/copy\n");
    assertThat(seen().lines().map(line -> line.substring(3)))
        .contains(".gitignore", "data/.gitignore", "loss.json", "pipeline.lock")
        .doesNotContain("copy", "data/two", "data/set/1");
    git.commit("two");
    isDone(project.ftpipe("repro", "-f"));
    isDone(project.ftpipe("repro", "--check"));
    assertThat(seen()).isEmpty();
  }

  @Test
  void whatReproIgnores_makesNoRevisionADirtyOne() throws Exception {
    project.write(".gitignore", "/other\n");
    git.commit("two");
    isDone(project.ftpipe("repro"));
    assertThat(seen()).contains("M .gitignore");

    isDone(project.ftpipe("repro", "-f"));

    assertThat(project.ftpipe("runs", "show", "--json", "latest").json().at("/git/dirty"))
        .isEqualTo(BooleanNode.FALSE);
  }
}
