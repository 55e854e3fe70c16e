package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify} finds in the cache, and how it is mended. */
final class VerifyTest {
  @TempDir private Path folder;
  private CommandLines project;

  @BeforeEach
  void project() throws IOException {
    project = new CommandLines(folder.resolve("project"));
    project.write("pipeline.yaml", ManyAndLarge.pipeline("number"));
    isDone(project.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
    isDone(project.ftpipe("repro"));
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private List<Path> files(String below, String end) throws IOException {
    try (Stream<Path> files = Files.walk(project.root.resolve(".ftpipe/cache").resolve(below))) {
      return files.filter(Files::isRegularFile).filter(f -> f.toString().endsWith(end)).toList();
    }
  }

  private void damageEverything() throws IOException {
    for (Path pack : files("packs", ".pack")) {
      String text = Files.readString(pack, java.nio.charset.StandardCharsets.ISO_8859_1);
      damage(pack, text.indexOf("number 2"));
    }
    damage(files("cas", "").get(0), 700_000);
    damage(files("actions", ".json").get(0), 30);
  }

  private static void damage(Path file, int at) throws IOException {
    file.toFile().setWritable(true);
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private void removeOutputs() throws IOException {
    AtomicFiles.deleteTree(project.root.resolve("many"));
    Files.delete(project.root.resolve("large"));
  }

  @Test
  void soundCache_isReadBack() throws IOException {
    Result verified = project.ftpipe("verify");
    isDone(verified);
    assertThat(verified.err()).matches("\\d+ objects of the cache verified \\(1\\.4 MiB\\)\n");
    assertThat(project.ftpipe("verify", "--json").json().path("problems")).isEmpty();
  }

  @Test
  void damage_isNamedWithTheStagesThatNeedIt_andNothingIsChanged() throws IOException {
    damageEverything();
    for (int round = 0; round < 2; round++) {
      Result verified = project.ftpipe("verify");
      assertThat(verified.exitCode()).isEqualTo(1);
      assertThat(verified.out())
          .containsPattern(
              "damaged: \\S+/packs/\\S+ blob [0-9a-f]{12}… has bytes of another digest")
          .contains("    needed by stage 'many', many/2\n")
          .containsPattern("damaged: \\S+/cas/sha256/\\S+ its bytes have the digest")
          .contains("    needed by stage 'large', large\n")
          .containsPattern("damaged: \\S+/actions/\\S+json ");
      assertThat(verified.err()).contains(", 3 damaged", "ftpipe verify --repair drops");
    }
  }

  @Test
  void repair_takesFromTheWorkTree() throws IOException {
    damageEverything();
    Result repaired = project.ftpipe("verify", "--repair");
    assertThat(repaired.exitCode()).as(repaired.out() + repaired.err()).isZero();
    assertThat(repaired.err()).contains(", 2 mended, 1 dropped");
    isDone(project.ftpipe("verify"));
    removeOutputs();
    isDone(project.ftpipe("checkout"));
    assertThat(project.read("many/2")).isEqualTo("number 2\n");
  }

  @Test
  void repair_takesFromTheRemote_whatTheWorkTreeHasNot() throws IOException {
    isDone(project.ftpipe("push"));
    removeOutputs();
    damageEverything();
    Result repaired = project.ftpipe("verify", "--repair");
    assertThat(repaired.exitCode()).as(repaired.out() + repaired.err()).isZero();
    assertThat(repaired.err()).contains(", 3 mended");
    isDone(project.ftpipe("verify"));
    isDone(project.ftpipe("checkout"));
    assertThat(project.read("many/2")).isEqualTo("number 2\n");
  }

  @Test
  void whatNoSideHas_isMissing_andNamed() throws IOException {
    removeOutputs();
    damageEverything();
    Result repaired = project.ftpipe("verify", "--repair");
    assertThat(repaired.exitCode()).isEqualTo(1);
    assertThat(repaired.out()).contains("missing: ", "needed by stage 'large', large");
    assertThat(repaired.err()).contains("2 missing", "ftpipe repro makes it again");
    JsonNode again = project.ftpipe("verify", "--json").json();
    assertThat(again.path("problems")).hasSize(2);
    assertThat(again.at("/problems/0/state").asText()).isEqualTo("missing");
    isDone(project.ftpipe("repro"));
    isDone(project.ftpipe("verify"));
  }

  @Test
  void tornPack_andIndexOfAnotherVersion_areNamed() throws IOException {
    for (Path index : files("packs", ".idx")) {
      index.toFile().setWritable(true);
      byte[] bytes = Files.readAllBytes(index);
      bytes[5] = '9';
      Files.write(index, bytes);
    }
    Result other = project.ftpipe("verify");
    assertThat(other.out()).contains(".idx is no index of its pack; made again from the pack");
    isDone(project.ftpipe("verify", "--repair"));
    isDone(project.ftpipe("verify"));

    for (Path pack : files("packs", ".pack")) {
      pack.toFile().setWritable(true);
      byte[] bytes = Files.readAllBytes(pack);
      Files.write(pack, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    }
    Result torn = project.ftpipe("verify");
    assertThat(torn.exitCode()).isEqualTo(1);
    assertThat(torn.out()).contains("needed by stage 'many', many");
    isDone(project.ftpipe("verify", "--repair"));
    isDone(project.ftpipe("verify"));
  }
}
