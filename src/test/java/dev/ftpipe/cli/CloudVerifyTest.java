package dev.ftpipe.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify --cloud} finds at a remote, and how it is mended. */
final class CloudVerifyTest {
  @TempDir private Path folder;
  private CommandLines project;

  @BeforeEach
  void project() throws IOException {
    project = machine("project");
    isDone(project.ftpipe("repro"));
    isDone(project.ftpipe("push"));
  }

  private CommandLines machine(String name) throws IOException {
    CommandLines machine = new CommandLines(folder.resolve(name));
    machine.write("pipeline.yaml", ManyAndLarge.pipeline("number"));
    isDone(machine.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
    return machine;
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
  }

  private List<Path> objects(String below, String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("mount").resolve(below))) {
      return files.filter(Files::isRegularFile).filter(f -> f.toString().endsWith(end)).toList();
    }
  }

  private static void damage(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private void damageEverything() throws IOException {
    Path pack = objects("packs", ".pack").get(0);
    damage(pack, Files.readString(pack, ISO_8859_1).indexOf("number 2"));
    Path large = objects("cas", "").get(0);
    damage(large, (int) Files.size(large) / 3);
    damage(objects("actions", ".json").get(0), 30);
  }

  private void isPullable() throws IOException {
    CommandLines fresh = machine("fresh" + System.nanoTime());
    fresh.write("pipeline.lock", project.read("pipeline.lock"));
    isDone(fresh.ftpipe("pull"));
    assertThat(fresh.read("many/2")).isEqualTo("number 2\n");
  }

  @Test
  void soundRemote_isReadBack() throws IOException {
    Result verified = project.ftpipe("verify", "-c");
    isDone(verified);
    assertThat(verified.err()).contains(" objects of ", "mount/ verified (1.4 MiB)");
  }

  @Test
  void damage_isNamedWithTheStagesThatNeedIt_andMendedFromTheCache() throws IOException {
    damageEverything();
    Result verified = project.ftpipe("verify", "-c");
    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out())
        .containsPattern("damaged: \\S+/packs/\\S+ blob [0-9a-f]{12}… has bytes of another digest")
        .contains("    needed by stage 'many', many/2\n")
        .containsPattern("damaged: \\S+/cas/sha256/\\S+ its bytes have the digest")
        .contains("    needed by stage 'large', large\n")
        .containsPattern("damaged: \\S+/actions/\\S+json cannot be read");
    assertThat(verified.err()).contains("ftpipe verify --repair -c drops what is damaged");

    Result repaired = project.ftpipe("verify", "-c", "--repair");
    isDone(repaired);
    assertThat(repaired.err()).contains(", 3 mended");
    isDone(project.ftpipe("verify", "-c"));
    isPullable();
  }

  @Test
  void whatIsMissing_isNamedAndSentAgain() throws IOException {
    Files.delete(objects("cas", "").get(0));
    objects("packs", "").forEach(each -> each.toFile().delete());
    Result verified = project.ftpipe("verify", "-c", "--json");
    assertThat(verified.json().at("/problems").findValuesAsText("state"))
        .contains("missing")
        .hasSizeGreaterThanOrEqualTo(5);
    isDone(project.ftpipe("verify", "-c", "--repair"));
    isDone(project.ftpipe("verify", "-c"));
    isPullable();
  }

  @Test
  void whatNoSideHas_isDroppedThere_andTheRestIsKept() throws IOException {
    damageEverything();
    CommandLines fresh = machine("fresh");
    fresh.write("pipeline.lock", project.read("pipeline.lock"));
    Result repaired = fresh.ftpipe("verify", "-c", "--repair");
    assertThat(repaired.exitCode()).isEqualTo(1);
    assertThat(repaired.out())
        .contains("missing: ", "needed by stage 'large', large", "needed by stage 'many', many/2");
    Result again = fresh.ftpipe("verify", "-c");
    assertThat(again.out()).doesNotContain("damaged: " + folder.resolve("mount/cas"));
    assertThat(again.out()).contains("missing: blob ");
    isDone(project.ftpipe("push"));
    isDone(fresh.ftpipe("verify", "-c", "--repair"));
    isPullable();
  }

  @Test
  void tornPack_brokenHeader_andIndexOfAnotherVersion() throws IOException {
    Path index = objects("packs/index", ".idx").get(0);
    damage(index, 5);
    assertThat(project.ftpipe("verify", "-c").out()).contains("has no index that fits it");
    CommandLines fresh = machine("other");
    fresh.write("pipeline.lock", project.read("pipeline.lock"));
    assertThat(fresh.ftpipe("verify", "-c").out()).contains("has no index that fits it");
    isDone(fresh.ftpipe("verify", "-c", "--repair"));
    isDone(fresh.ftpipe("verify", "-c"));
    isPullable();

    damage(objects("packs", ".pack").get(0), 8);
    assertThat(project.ftpipe("verify", "-c").out()).contains("is not what it is named, but all");
    isDone(project.ftpipe("verify", "-c", "--repair"));
    isPullable();

    Path pack = objects("packs", ".pack").get(0);
    Files.write(pack, Arrays.copyOf(Files.readAllBytes(pack), 200));
    assertThat(project.ftpipe("verify", "-c").exitCode()).isEqualTo(1);
    isDone(project.ftpipe("verify", "-c", "--repair"));
    isDone(project.ftpipe("verify", "-c"));
    isPullable();
  }

  @Test
  void entryThatRefersToNothing_isDamaged() throws IOException {
    project.write("pipeline.yaml", "stages: {}");
    project.write("pipeline.lock", "{\"format\": 1, \"sources\": {}, \"stages\": {}}");
    Files.delete(objects("cas", "").get(0));
    Result verified = project.ftpipe("verify", "-c");
    assertThat(verified.out()).containsPattern("refers to [0-9a-f]{12}… \\(large\\), which is not");
  }

  @Test
  void outputThatIsNotCached_isNotMissed() throws IOException {
    CommandLines other = machine("other");
    other.write(
        "pipeline.yaml",
        """
        stages:
          uncached:
            cmd: head -c 1500000 /dev/zero > uncached; echo kept > kept
            outs: [kept, {uncached: {cache: false}}]
        """);
    isDone(other.ftpipe("repro"));
    isDone(other.ftpipe("push"));

    isDone(other.ftpipe("verify", "-c"));
    // Another project at the same remote knows nothing of it.
    isDone(project.ftpipe("verify", "-c"));
  }
}
