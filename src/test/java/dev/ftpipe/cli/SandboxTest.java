package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code repro --sandbox} catches, and what it lets through. */
final class SandboxTest {
  private static final String NOT_HIDDEN = "absolute paths into the project are not hidden";

  @TempDir Path folder;
  private CommandLines project;

  @BeforeEach
  void files() throws IOException {
    project =
        new CommandLines(folder.toRealPath())
            .write("in.txt", "b\na\n")
            .write("secret.cfg", "s\n")
            .write("params.yaml", "train: {lr: 2e-4, steps: 5}\nseed: 42\n");
  }

  private Result repro(String pipeline) throws IOException {
    project.write("pipeline.yaml", "stages:\n" + pipeline.indent(2));
    return project.ftpipe("repro", "--sandbox");
  }

  private void assertNothingLeft() throws IOException {
    Path sandboxes = project.root.resolve(".ftpipe/state/sandbox");
    if (Files.exists(sandboxes)) {
      try (Stream<Path> left = Files.list(sandboxes)) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void stage_thatDeclaresAll_runsAndIsRecordedAsAlways() throws IOException {
    Result result =
        repro(
            """
            sort:
              cmd: ['sort in.txt > sorted.txt', 'wc -l < sorted.txt > lines.txt']
              deps: [in.txt]
              outs: [sorted.txt, lines.txt]
            """);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).doesNotContain("warning");
    assertThat(project.read("sorted.txt")).isEqualTo("a\nb\n");
    assertThat(project.ftpipe("repro").err()).startsWith("Nothing to do");
    assertNothingLeft();
  }

  @Test
  void undeclaredFile_isMissing_andNamed() throws IOException {
    Result result = repro("s:\n  cmd: cat secret.cfg > out\n  outs: [out]\n");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("secret.cfg is in the project but not among the inputs; add what it reads");
    assertThat(project.root.resolve("out")).doesNotExist();
    assertNothingLeft();
  }

  @Test
  void undeclaredFile_byItsAbsolutePath_isMissingToo() throws IOException {
    Path secret = project.root.resolve("secret.cfg");
    Result result = repro("s:\n  cmd: cat " + secret + " > out\n  outs: [out]\n");
    assumeTrue(!result.err().contains(NOT_HIDDEN), "this machine cannot hide the project");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("secret.cfg is in the project but not among the inputs");
  }

  @Test
  void command_seesItselfInTheProjectFolder() throws IOException {
    Result result = repro("s:\n  cmd: pwd > out; id -u > user\n  outs: [out, user]\n");
    assumeTrue(!result.err().contains(NOT_HIDDEN), "this machine cannot hide the project");
    assertThat(project.read("out")).isEqualTo(project.root + "\n");
    Object user = Files.getAttribute(project.root.resolve("out"), "unix:uid");
    assertThat(project.read("user")).isEqualTo(user + "\n");
  }

  @Test
  void paramsFile_holdsTheDeclaredValuesOnly() throws IOException {
    Result result =
        repro("s:\n  cmd: cp params.yaml out\n  params: [train.lr, seed]\n  outs: [out]\n");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(project.read("out")).contains("lr: 2e-4", "seed: 42").doesNotContain("steps");
  }

  @Test
  void undeclaredParam_isMissing_andNamed() throws IOException {
    Result result =
        repro(
            """
            s:
              cmd: "grep -q steps params.yaml || { echo \\"KeyError: 'steps'\\"; exit 1; }"
              params: [train.lr]
              outs: [out]
            """);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("params.yaml:train.steps is hidden because the stage does not declare it");
  }

  @Test
  void paramsFile_ofAnotherFormat_isCutToo_andAWholeOneIsNot() throws IOException {
    project.write("other.json", "{\"a\": {\"b\": 1, \"c\": 2}, \"d\": [1, 2]}");
    project.write("whole.yaml", "x: 1 # a comment\n");
    Result result =
        repro(
            """
            s:
              cmd: cp other.json one; cp whole.yaml two
              params: [{other.json: [a.b]}, {whole.yaml: }]
              outs: [one, two]
            """);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(project.read("one")).isEqualTo("{\"a\":{\"b\":1}}\n");
    assertThat(project.read("two")).isEqualTo("x: 1 # a comment\n");
  }

  @Test
  void wholeParamsFile_holdsTheValuesOfTheCommandLine() throws IOException {
    project
        .write("over.yaml", "train: {lr: 1}\n")
        .write(
            "pipeline.yaml",
            "stages: {s: {cmd: cp params.yaml out, params: [{params.yaml: }], outs: [out]}}\n");
    Result result = project.ftpipe("repro", "--sandbox", "--params", "over.yaml");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(project.read("out")).isEqualTo("train: {lr: 1, steps: 5}\nseed: 42\n");
    assertThat(project.ftpipe("repro", "--sandbox").exitCode()).isZero();
    assertThat(project.read("out")).as("as it stands").isEqualTo(project.read("params.yaml"));
  }

  @Test
  void undeclaredVariable_isNotSet_andNamed_aDeclaredOneIs() throws IOException {
    // A test cannot set a variable of its own process: one that it was started with has to do.
    String name =
        System.getenv().keySet().stream()
            .filter(each -> each.matches("[A-Z]+_[A-Z_]+"))
            .filter(each -> !each.startsWith("LC_") && !each.matches(".*(PATH|HOME|PROXY).*"))
            .filter(each -> !each.matches("SSL_.*|CONDA_PREFIX|VIRTUAL_ENV|CUDA_.*|NVIDIA_.*"))
            .findFirst()
            .orElse("");
    assumeTrue(!name.isEmpty(), "no variable is set");
    String pipeline = "s:\n  cmd: echo \\${%s:?} > out\n  outs: [out]\n".formatted(name);
    Result result = repro(pipeline);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("variable " + name + " is hidden because");

    result = repro(pipeline + "  env: {%s: here}\n".formatted(name));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(project.read("out")).isEqualTo("here\n");
  }

  @Test
  void undeclaredWrite_isDiscarded_andNamed() throws IOException {
    Result result =
        repro("s:\n  cmd: echo 1 > out; mkdir d; echo 2 > d/more; echo 3 > e\n  outs: [out]\n");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("it wrote d/more, e, which is not among its outputs");
    assertThat(project.root.resolve("d")).doesNotExist();
    assertThat(project.root.resolve("e")).doesNotExist();
  }

  @Test
  void missingOutput_fails_andLeavesTheOldOneAlone() throws IOException {
    project.write("out", "old\n");
    Result result = repro("s:\n  cmd: echo 1 > other; false\n  outs: [out]\n");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(project.read("out")).isEqualTo("old\n");

    result = repro("s:\n  cmd: echo 1 > other\n  outs: [out]\n");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("without writing its output out");
  }

  @Test
  void changedInput_isAnError_thatNamesIt() throws IOException {
    Result result =
        repro("s:\n  cmd: echo c >> in.txt; echo 1 > out\n  deps: [in.txt]\n  outs: [out]\n");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("it changed in.txt, which it declares to read");
    assertThat(project.read("in.txt")).isEqualTo("b\na\n");
    assertThat(project.root.resolve("out")).doesNotExist();
  }

  @Test
  void changedInput_whoseTimeIsSetBack_isFound() throws IOException {
    Result result =
        repro(
            """
            s:
              cmd: touch -r in.txt t; printf 'b\\nc\\n' > in.txt; touch -r t in.txt; echo 1 > out
              deps: [in.txt]
              outs: [out]
            """);
    assertThat(result.err()).contains("it changed in.txt");
  }

  @Test
  void directoryInputs_linksAndPartsOfAFolder_areAsInTheProject() throws IOException {
    project.write("data/sub/deep/x", "x\n").write("data/sub/y", "y\n").write("data/z", "z\n");
    project.write("elsewhere", "linked\n");
    Files.createSymbolicLink(project.root.resolve("data/sub/link"), Path.of("../../elsewhere"));
    Files.createSymbolicLink(project.root.resolve("alias"), Path.of("data"));
    Files.setPosixFilePermissions(
        project.root.resolve("data/sub/y"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Result result =
        repro(
            """
            s:
              cmd: |
                find alias data -type f | sort > out/list
                cat data/sub/link data/sub/deep/x > out/text
                test -x data/sub/y && ! test -x data/sub/deep/x && echo yes > out/mode
              deps: [data/sub, data/sub/deep/x, alias/z]
              outs: [out/list, out/text, out/mode]
            """);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(project.read("out/list"))
        .isEqualTo("alias/z\ndata/sub/deep/x\ndata/sub/link\ndata/sub/y\n");
    assertThat(project.read("out/text")).isEqualTo("linked\nx\n");
    assertThat(project.read("out/mode")).isEqualTo("yes\n");
  }

  @Test
  void wdir_isAFolderOfTheSandbox() throws IOException {
    project.write("src/tool.sh", "cat ../in.txt > made/out\n");
    Result result =
        repro(
            """
            s:
              wdir: src
              cmd: sh tool.sh; pwd >> made/out
              deps: [tool.sh, ../in.txt]
              outs: [made/out]
            """);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(project.read("src/made/out")).startsWith("b\na\n").endsWith("src\n");
  }

  @Test
  void persistentOutput_isThereBefore() throws IOException {
    String pipeline =
        "s:\n  cmd: cat in.txt >> log\n  deps: [in.txt]\n  outs: [{log: {persist: true}}]\n";
    repro(pipeline);
    project.write("in.txt", "c\n");
    Result result = repro(pipeline);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(project.read("log")).isEqualTo("b\na\nc\n");
  }

  @Test
  void fileThatTheCommandNames_butNeedNot_isAWarning() throws IOException {
    Result result =
        repro("s:\n  cmd: cat secret.cfg > out 2> /dev/null || echo none > out\n  outs: [out]\n");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("warning: secret.cfg is in the project but not among");
    assertThat(project.read("out")).isEqualTo("none\n");
  }
}
