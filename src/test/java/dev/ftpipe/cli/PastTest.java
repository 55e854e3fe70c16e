package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.git.GitSandbox;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Params, metrics and plots of two commits; the tables are those that DVC 3.67 prints for them. */
final class PastTest {
  private static final String FIRST =
      "{\\\"loss\\\":0.5,\\\"acc\\\":{\\\"val\\\":0.8123456789},\\\"name\\\":\\\"x\\\",\\\"list\\\":[1]}";
  private static final String SECOND =
      "{\\\"loss\\\":0.4,\\\"acc\\\":{\\\"val\\\":0.9},\\\"f1\\\":3}";

  @TempDir Path folder;
  private CommandLines project;
  private GitSandbox git;

  @BeforeEach
  void twoRevisions() throws Exception {
    git = GitSandbox.init(folder);
    project = new CommandLines(folder);
    project.write(".gitignore", "cached.tsv\n");
    pipeline(FIRST, "1.5");
    project.write("params.yaml", "lr: 0.1\ntrain:\n  epochs: 3\n  name: abc\n  layers: [1, 2]\n");
    project.ftpipe("repro");
    git.commit("one");
    pipeline(SECOND, "0.5");
    project.write(
        "params.yaml", "lr: 0.2\ntrain:\n  epochs: 4\n  name: abc\n  layers: [1, 2]\nnew: 1\n");
    project.ftpipe("repro");
  }

  private void pipeline(String metrics, String loss) throws Exception {
    project.write(
        "dvc.yaml",
        """
        stages:
          train:
            cmd: echo "METRICS" > m.json; printf 'step\\tloss\\n0\\t1.5\\n1\\tLOSS\\n' > cached.tsv
            params: [lr, train.epochs]
            metrics: [m.json: {cache: false}]
            plots: [cached.tsv: {x: step, y: loss, title: '</script><script>alert(1)</script>'}]
        """
            .replace("METRICS", metrics)
            .replace("LOSS", loss));
  }

  @Test
  void metricsDiff_isThatOfDvc() throws Exception {
    assertThat(project.ftpipe("metrics", "diff").out())
        .isEqualTo(
            """
            Path    Metric    HEAD     workspace    Change
            m.json  acc.val   0.81235  0.9          0.08765
            m.json  f1        -        3            -
            m.json  loss      0.5      0.4          -0.1
            m.json  name      x        -            -
            """);
    assertThat(project.ftpipe("metrics", "diff", "--md").out())
        .isEqualTo(
            """
            | Path   | Metric   | HEAD    | workspace   | Change   |
            |--------|----------|---------|-------------|----------|
            | m.json | acc.val  | 0.81235 | 0.9         | 0.08765  |
            | m.json | f1       | -       | 3           | -        |
            | m.json | loss     | 0.5     | 0.4         | -0.1     |
            | m.json | name     | x       | -           | -        |

            """);
    JsonNode json = project.ftpipe("metrics", "diff", "--json").json();
    assertThat(json.at("/m.json/acc.val").toString())
        .isEqualTo("{\"old\":0.8123456789,\"new\":0.9,\"diff\":0.08765432110000004}");
    assertThat(json.at("/m.json/f1").toString()).isEqualTo("{\"old\":null,\"new\":3}");
  }

  @Test
  void metricsShow_isThatOfDvc() throws Exception {
    assertThat(project.ftpipe("metrics", "show").out())
        .isEqualTo(
            """
            Path    acc.val    f1    loss
            m.json  0.9        3     0.4
            """);
    assertThat(project.ftpipe("metrics", "show", "--json").json().toString())
        .isEqualTo(
            "{\"\":{\"data\":{\"m.json\":{\"data\":"
                + "{\"loss\":0.4,\"acc\":{\"val\":0.9},\"f1\":3}}}}}");
    assertThat(project.ftpipe("metrics", "show", "-A").out().lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("workspace "))
        .anyMatch(line -> line.matches("[0-9a-f]{40}  m.json  0.81235 .*"));
  }

  @Test
  void paramsDiff_isThatOfDvc() throws Exception {
    assertThat(project.ftpipe("params", "diff").out())
        .isEqualTo(
            """
            Path         Param         HEAD    workspace
            params.yaml  lr            0.1     0.2
            params.yaml  new           -       1
            params.yaml  train.epochs  3       4
            """);
    assertThat(project.ftpipe("params", "diff", "--deps", "--no-path").out())
        .isEqualTo(
            """
            Param         HEAD    workspace
            lr            0.1     0.2
            train.epochs  3       4
            """);
    assertThat(project.ftpipe("params", "diff", "--all").out())
        .contains("params.yaml  train.layers  [1, 2]  [1, 2]\n");
    assertThat(project.ftpipe("params", "diff", "HEAD", "HEAD").out()).isEmpty();
  }

  @Test
  void plotsDiff_readsCachedOutputsOfOldRevisions_fromTheCache() throws Exception {
    JsonNode plot = project.ftpipe("plots", "diff", "--json").json().at("/plots/0");

    assertThat(plot.at("/series/0/name").asText()).isEqualTo("workspace");
    assertThat(plot.at("/series/0/points").toString())
        .isEqualTo("[{\"x\":0.0,\"y\":1.5},{\"x\":1.0,\"y\":0.5}]");
    assertThat(plot.at("/series/1/name").asText()).isEqualTo("HEAD");
    assertThat(plot.at("/series/1/points").toString())
        .isEqualTo("[{\"x\":0.0,\"y\":1.5},{\"x\":1.0,\"y\":1.5}]");
  }

  @Test
  void plotsDiff_whenTheCacheHasLostIt_saysSo() throws Exception {
    AtomicFiles.deleteTree(folder.resolve(".ftpipe/cache"));

    Result result = project.ftpipe("plots", "diff", "--json");

    assertThat(result.err()).contains("cached.tsv at HEAD is neither in git nor in the cache");
    assertThat(result.json().at("/plots/0/series")).hasSize(1);
  }

  @Test
  void plotsShow_writesOnePageThatNeedsNothingElse() throws Exception {
    String uri = project.ftpipe("plots", "show").out().strip();

    String page = project.read(".ftpipe/plots/index.html");
    assertThat(uri).endsWith(".ftpipe/plots/index.html").startsWith("file:");
    assertThat(page).contains("default-src 'none'").contains("Chart.js");
    assertThat(Pattern.compile("(src|href)\\s*=\\s*[\"'](?!data:)").matcher(page).find()).isFalse();
    // The title of the plot ends no script and begins none.
    assertThat(page).doesNotContain("<script>alert").contains("alert(1)");
    assertThat(page.split("</script>", -1)).hasSize(4);
    assertThat(git.git("status", "--porcelain")).doesNotContain("plots");
  }

  @Test
  void errors_nameWhatIsMissing() throws Exception {
    git.git("tag", "v1");
    assertThat(project.ftpipe("metrics", "diff", "v2").err())
        .contains("no git revision 'v2'; did you mean 'v1'?");
    git.git("checkout", "-q", "--orphan", "empty");
    git.git("rm", "-rfq", "--cached", ".");
    project.write("other.txt", "x");
    git.git("add", "other.txt");
    git.git("commit", "-q", "-m", "no pipeline");

    Result none = project.ftpipe("params", "diff");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("no pipeline.yaml or dvc.yaml at revision HEAD");

    AtomicFiles.deleteTree(folder.resolve(".git"));
    Result nowhere = project.ftpipe("params", "diff");
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("in no git repository");
    assertThat(project.ftpipe("params", "show").exitCode()).isZero();
  }

  @Test
  void everyCommand_hasAnExampleInItsHelp() {
    for (String command : new String[] {"params", "metrics", "plots"}) {
      for (String sub : new String[] {"show", "diff"}) {
        assertThat(project.ftpipe(command, sub, "--help").out())
            .contains("Example: ftpipe " + command + " ");
      }
    }
    for (String sub : new String[] {"show", "diff", "log", "rm"}) {
      assertThat(project.ftpipe("runs", sub, "--help").out()).contains("Example: ftpipe runs ");
    }
  }
}
