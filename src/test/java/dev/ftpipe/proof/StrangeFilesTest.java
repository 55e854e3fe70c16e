package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Inputs and outputs that are no plain files, or have names that nobody expects. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StrangeFilesTest {
  @TempDir Path folder;

  /** One stage with the input {@code in} and the output {@code out/x}. */
  private Path project(String command) throws IOException {
    Path project = folder.resolve("project");
    Files.createDirectories(project);
    Files.writeString(
        project.resolve("pipeline.yaml"),
        """
        stages:
          make:
            cmd:
            - |
              %s
            deps: [in]
            outs: [out/x]
        """
            .formatted(command.replace("\n", "\n      ")));
    return project;
  }

  private static Result ftpipe(Path project, String... arguments) {
    return Inside.run(project, Map.of(), arguments);
  }

  private static void refused(Result result, int exitCode, String... words) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.err()).contains(words).doesNotContain("defect", "Exception");
  }

  /** Made, up to date, taken away, restored: the same. */
  private static void isTracked(Path project) throws IOException {
    Result made = ftpipe(project, "repro");
    assertThat(made.exitCode()).as(made.err()).isZero();
    Map<String, String> wanted = Folders.content(project.resolve("out"));
    assertThat(ftpipe(project, "status", "--exit-code").exitCode()).isZero();
    boolean isFolder = Files.isDirectory(project.resolve("out/x"));
    AtomicFiles.deleteTree(project.resolve("out/x"));
    Result restored = ftpipe(project, "repro", "--json");
    assertThat(restored.stages()).as(restored.err()).containsEntry("make", "restored");
    assertThat(Folders.content(project.resolve("out"))).isEqualTo(wanted);
    assertThat(Files.isDirectory(project.resolve("out/x"))).isEqualTo(isFolder);
    assertThat(ftpipe(project, "status", "--exit-code").exitCode()).isZero();
  }

  @Test
  void anInputThatIsAPipe_isRefusedWithoutWaitingForAWriter() throws Exception {
    Path project = project("echo x > out/x");
    assumeTrue(Shell.run("mkfifo '" + project.resolve("in") + "'"));
    refused(ftpipe(project, "status"), 1, "in is neither a file nor a folder");
    refused(ftpipe(project, "repro"), 1, "in is neither a file nor a folder");
  }

  @Test
  void anInputThatIsADevice_isRefused() throws Exception {
    Path project = project("echo x > out/x");
    Files.createSymbolicLink(project.resolve("in"), Path.of("/dev/zero"));
    refused(ftpipe(project, "repro"), 1, "in is neither a file nor a folder");
  }

  @Test
  void anOutputThatIsAPipeOrSocket_isRefused() throws Exception {
    Path project = project("mkfifo out/x");
    Files.writeString(project.resolve("in"), "");
    refused(ftpipe(project, "repro"), 1, "out/x is neither a file nor a folder");
    project("mkdir out/x; mkfifo out/x/pipe");
    refused(ftpipe(project, "repro"), 1, "out/x/pipe is neither a file nor a folder");
  }

  @Test
  void aLoopOfLinks_isNamed() throws Exception {
    Path project = project("mkdir out/x; ln -s . out/x/loop");
    Files.writeString(project.resolve("in"), "");
    refused(ftpipe(project, "repro"), 1, "out/x/loop");
    project("mkdir out/x; ln -s b out/x/a; ln -s a out/x/b");
    refused(ftpipe(project, "repro"), 1, "out/x/");
    project("ln -s x out/x");
    refused(ftpipe(project, "repro"), 1, "out/x");
  }

  /** The link is replaced; what it points to belongs to somebody else. */
  @Test
  void anOutputThatIsALinkOutOfTheProject_isTrackedAndItsTargetNeverTouched() throws Exception {
    Path other = Files.writeString(folder.resolve("other"), "theirs\n");
    Path project = project("ln -s ../../other out/x");
    Files.writeString(project.resolve("in"), "");
    isTracked(project);
    assertThat(other).hasContent("theirs\n");
    assertThat(project.resolve("out/x")).hasContent("theirs\n");
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    Files.writeString(theirs.resolve("file"), "theirs\n");
    project("ln -s ../../theirs out/x");
    isTracked(project);
    assertThat(theirs.resolve("file")).hasContent("theirs\n");
  }

  @Test
  void emptyFilesAndFolders_areContentLikeAnyOther() throws Exception {
    Path project = project(": > out/x");
    Files.writeString(project.resolve("in"), "");
    isTracked(project);
    project("mkdir out/x");
    isTracked(project);
    project("mkdir out/x; : > out/x/empty; echo full > out/x/full");
    isTracked(project);
  }

  @Test
  void namesWithSpacesNewlinesQuotesAndLongOnes_areTracked() throws Exception {
    Path project =
        project(
            """
            mkdir out/x
            cd out/x
            echo 1 > ' a  b '; echo 2 > 'new
            line'; echo 3 > 'back\\slash'; echo 4 > -rf; echo 5 > '"quo'\\''ted"'; echo 6 > ...
            echo 7 > "$(printf 'tab\\there')"; echo 8 > $(printf '%0255d' 0); echo 9 > '*'""");
    Files.writeString(project.resolve("in"), "");
    isTracked(project);
    assertThat(Folders.content(project.resolve("out/x"))).hasSize(9);
  }

  @Test
  void deepFolders_areTracked() throws Exception {
    Path project =
        project(
            "d=out/x; i=0; while [ $i -lt 60 ]; do d=$d/$(printf '%050d' $i); i=$((i+1)); done;"
                + " mkdir -p $d; echo deep > $d/file");
    Files.writeString(project.resolve("in"), "");
    isTracked(project);
  }

  /** A name that is no UTF-8 text would come back as another name. */
  @Test
  void aNameThatIsNotText_isRefused() throws Exception {
    Path project = project("mkdir out/x; echo 1 > \"$(printf 'out/x/\\377')\"");
    Files.writeString(project.resolve("in"), "");
    refused(ftpipe(project, "repro"), 3, "out/x", "UTF-8");
    project("mkdir out/x; : > \"$(printf 'out/x/\\377')\"; : > \"$(printf 'out/x/\\376')\"");
    refused(ftpipe(project, "repro"), 3, "out/x", "UTF-8");
  }

  @Test
  void theFolderOfAnOutputThatIsAFile_isNamed() throws Exception {
    Path project = project("echo x > out/x");
    Files.writeString(project.resolve("in"), "");
    Files.writeString(project.resolve("out"), "in the way\n");
    Result result = ftpipe(project, "repro");
    assertThat(result.exitCode()).as(result.err()).isIn(1, 3);
    assertThat(result.err()).contains("out").doesNotContain("defect");
    assertThat(project.resolve("out")).hasContent("in the way\n");
  }

  @Test
  void anOutputThatIsStillWrittenTo_isNotRecorded() throws Exception {
    Path project =
        project(
            "(i=0; while [ $i -lt 400 ]; do echo $i >> out/x; sleep 0.005; i=$((i+1)); done)"
                + " > /dev/null 2>&1 & sleep 0.1");
    Files.writeString(project.resolve("in"), "");
    Result result = ftpipe(project, "repro");
    if (result.exitCode() == 0) {
      // Read between two writes: then what is recorded is what was read, and the rest a change.
      Result status = ftpipe(project, "status", "--exit-code");
      assertThat(status.exitCode()).as(status.out()).isEqualTo(1);
    } else {
      refused(result, 1, "out/x changed while it was read");
    }
  }
}
