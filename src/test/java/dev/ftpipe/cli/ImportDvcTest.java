package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project of DVC's own making arrives with its data and need not run again. */
final class ImportDvcTest {
  private static final Path FIXTURE = Path.of("src/test/resources/dvc");
  private static final String MODEL = "files/md5/ff/501b53d10451ee50bbb128460b6d43";

  @TempDir private Path folder;
  private CommandLines project;

  @BeforeEach
  void cloneOfTheProject() throws IOException {
    copy(FIXTURE.resolve("project"), folder.resolve("clone"));
    copy(FIXTURE.resolve("remote"), folder.resolve("remote"));
    project = new CommandLines(folder.resolve("clone"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString().replace("dot-dvc", ".dvc"));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private void isUpToDate() {
    Result status = project.ftpipe("status", "--exit-code");
    assertThat(status.exitCode()).as(status.out() + status.err()).isZero();
    Result repro = project.ftpipe("repro");
    assertThat(repro.exitCode()).isZero();
    assertThat(repro.err()).contains("Nothing to do: 6 unchanged");
  }

  @Test
  void cloneWithItsRemote_arrivesWithAllDataAndRunsNothing() throws IOException {
    Result imported = project.ftpipe("import-dvc");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.err()).contains("3 sources and the results of 6 stages are known now");
    assertThat(project.read("data/many/deep/ü n.txt")).isEqualTo("x\n");
    assertThat(project.read("out/prep/two.txt")).isEqualTo("two\n");
    assertThat(project.root.resolve("tool.sh")).isExecutable();
    assertThat(project.read("pipeline.lock")).contains("file:///data/elsewhere/outside.txt");
    isUpToDate();
    String lock = project.read("pipeline.lock");
    Result again = project.ftpipe("import-dvc");
    assertThat(again.err()).contains("0 files (0 bytes) came", "0 outputs put in place");
    assertThat(project.read("pipeline.lock")).isEqualTo(lock);
  }

  @Test
  void whatChangesAfterwards_isSaidAsAfterARunOfOurOwn() throws IOException {
    project.ftpipe("import-dvc");
    project.write("params.yaml", project.read("params.yaml").replace("1e-4", "2e-4"));
    assertThat(project.ftpipe("status").out())
        .contains("train: has to run", "parameter lr: 1.0E-4 → 2.0E-4", "1 of 6 stages");
  }

  @Test
  void lockThatDoesNotMatchTheProject_saysWhatChanged() throws IOException {
    project.write("params.yaml", project.read("params.yaml").replace("epochs: 3", "epochs: 5"));
    project.ftpipe("import-dvc");
    assertThat(project.ftpipe("status").out())
        .contains("train: has to run", "--epochs 3", "--epochs 5", "train.epochs: 3 → 5");
    project.write("train.sh", "echo other > model.bin; echo '{}' > metrics.json");
    Files.delete(project.root.resolve("pipeline.lock"));
    Result imported = project.ftpipe("import-dvc");
    assertThat(imported.err()).contains("stage 'train' has to run: its input train.sh is not");
  }

  @Test
  void numberThatIsWrittenOtherwise_isTheSame() throws IOException {
    project.write("params.yaml", project.read("params.yaml").replace("1e-4", "0.00010"));
    project.write("other.yaml", "k: 5.0\n");
    project.ftpipe("import-dvc");
    isUpToDate();
  }

  @Test
  void missingAndDamagedObjects_areNamed() throws IOException {
    Files.delete(folder.resolve("remote").resolve(MODEL));
    Path one = folder.resolve("remote/files/md5/e5/ebd4c02cefbe7955977c67ada242b7");
    AtomicFiles.deleteTree(one);
    Files.writeString(one, "a,b\n1,3\n");
    Result imported = project.ftpipe("import-dvc");
    assertThat(imported.exitCode()).isEqualTo(1);
    assertThat(imported.err())
        .contains(
            "error: data/one.csv.dvc, data/one.csv: its object (md5"
                + " e5ebd4c02cefbe7955977c67ada242b7) is damaged in remote 'store'",
            "error: stage 'train', sub/model.bin: its object (md5"
                + " ff501b53d10451ee50bbb128460b6d43) is not in DVC's cache, remote 'store'");
    assertThat(project.root.resolve("data/one.csv")).doesNotExist();
  }

  @Test
  void damagedFileOfAFolder_isNamedWithItsPath() throws IOException {
    Path two = folder.resolve("remote/files/md5/12/f0f1d9068a2c19cce39bfdaa12a83e");
    AtomicFiles.deleteTree(two);
    Result imported = project.ftpipe("import-dvc");
    assertThat(imported.err()).contains("data/many: its file 2.txt (md5 12f0f1d9068a2c19");
  }

  @Test
  void cacheIsTakenFromFirst_andWhatIsInPlaceBeforeIt() throws IOException {
    copy(folder.resolve("remote"), project.root.resolve(".dvc/cache"));
    AtomicFiles.deleteTree(folder.resolve("remote"));
    project.write("data/one.csv", "a,b\n1,2\n");
    Result imported = project.ftpipe("import-dvc", "--json");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.json().path("problems")).isEmpty();
    isUpToDate();
  }

  @Test
  void changedFileInPlace_isLeftAndSaid() throws IOException {
    project.write("data/one.csv", "mine\n");
    Result imported = project.ftpipe("import-dvc");
    assertThat(imported.err()).contains("data/one.csv is not what DVC recorded; it is left");
    assertThat(project.read("data/one.csv")).isEqualTo("mine\n");
    assertThat(project.ftpipe("status").out()).contains("prepare: has to run", "data/one.csv");
  }

  @Test
  void objectsOfDvc2_areFoundByTheirOldSumsAndPlaces() throws Exception {
    String windows = "one\r\ntwo\r\n";
    String md5 = md5("one\ntwo\n");
    project.write("data/old.txt.dvc", "outs:\n- md5: " + md5 + "\n  size: 8\n  path: old.txt\n");
    Path object = folder.resolve("remote").resolve(md5.substring(0, 2)).resolve(md5.substring(2));
    Files.createDirectories(object.getParent());
    Files.writeString(object, windows);
    Result imported = project.ftpipe("import-dvc");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(project.read("data/old.txt")).isEqualTo(windows);
  }

  private static String md5(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatCannotBeImported_isSaid() throws IOException {
    project.write("sub/dvc.yaml", "stages: {}\n");
    project.write("data/nothing.dvc", "outs:\n- path: nothing\n");
    Result imported = project.ftpipe("import-dvc");
    assertThat(imported.exitCode()).isEqualTo(2);
    assertThat(imported.err())
        .contains("data/nothing.dvc:2:", "'nothing' has no md5 sum; run 'dvc commit' first")
        .contains("sub/dvc.yaml is a pipeline of its own");
    assertThat(project.ftpipe("import-dvc", "-r", "stor").exitCode()).isEqualTo(2);
    AtomicFiles.deleteTree(project.root.resolve(".dvc"));
    assertThat(project.ftpipe("import-dvc").err()).contains("this is no project of DVC");
  }

  @Test
  void otherKindsOfRemotes_areRefusedWithAdvice() throws IOException {
    project.write(".dvc/config", "[core]\n  remote = x\n['remote \"x\"']\n  url = gs://bucket/p\n");
    assertThat(project.ftpipe("import-dvc").err())
        .contains("DVC's remote 'x' is at gs://bucket/p", "run 'dvc fetch' first");
    project.write(".dvc/config", "[core\n");
    assertThat(project.ftpipe("import-dvc").err())
        .contains(".dvc/config:1:1: neither a [section] nor an option");
  }
}
