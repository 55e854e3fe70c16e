package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gc --cloud} drops from a remote, and what it keeps. */
final class CloudGcTest {
  @TempDir private Path folder;
  private CommandLines here;
  private CommandLines there;

  @BeforeEach
  void machines() throws IOException {
    here = machine("here");
    there = machine("there");
  }

  private CommandLines machine(String name) throws IOException {
    CommandLines machine = new CommandLines(folder.resolve(name));
    machine.write("pipeline.yaml", "stages: {}");
    isDone(machine.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
    return machine;
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private static void make(CommandLines machine, String word) throws IOException {
    machine.write(
        "pipeline.yaml",
        """
        stages:
          many:
            cmd: mkdir -p many; for i in 1 2 3; do echo WORD $i > many/$i; done; echo same > many/x
            outs: [many]
          large:
            cmd: head -c 1500000 /dev/zero | tr '\\0' 'L' > large; echo WORD >> large
            deps: [many]
            outs: [large]
        """
            .replace("WORD", word));
    isDone(machine.ftpipe("repro"));
  }

  private List<Path> objects(String below) throws IOException {
    Path mount = folder.resolve("mount").resolve(below);
    if (!Files.exists(mount)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(mount)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private void age() throws IOException {
    for (Path each : objects("")) {
      Files.setLastModifiedTime(each, FileTime.from(Instant.now().minus(Duration.ofDays(30))));
    }
  }

  private boolean isPullable(CommandLines machine, String word) throws IOException {
    CommandLines fresh = machine("fresh" + System.nanoTime());
    fresh.write("pipeline.yaml", machine.read("pipeline.yaml"));
    fresh.write("pipeline.lock", machine.read("pipeline.lock"));
    return fresh.ftpipe("pull").exitCode() == 0
        && fresh.read("many/2").equals(word + " 2\n")
        && fresh.read("large").endsWith("L" + word + "\n");
  }

  @Test
  void whatNobodyRefersTo_goes_whenItIsOldEnough() throws Exception {
    make(here, "old");
    isDone(here.ftpipe("push"));
    make(here, "new");
    isDone(here.ftpipe("push"));
    Result young = here.ftpipe("gc", "-w", "--cloud", "--dry-run");
    assertThat(young.err()).contains("Nothing to drop from " + folder.resolve("mount"));
    age();
    Result planned = here.ftpipe("gc", "-w", "--cloud", "--dry-run");
    assertThat(planned.err()).contains("To drop from " + folder.resolve("mount") + "/: 2 results");
    Result dropped = here.ftpipe("gc", "-w", "--cloud", "-f");
    isDone(dropped);
    assertThat(dropped.err()).contains("Dropped from " + folder.resolve("mount") + "/: 2 results");
    assertThat(isPullable(here, "new")).isTrue();
    assertThat(objects("gc")).isEmpty();
    assertThat(objects("cas")).hasSize(1);
    for (Path pack : objects("packs")) {
      assertThat(Files.readString(pack, java.nio.charset.StandardCharsets.ISO_8859_1))
          .doesNotContain("old 2");
    }
    assertThat(here.ftpipe("status", "-c", "--exit-code").exitCode()).isZero();
  }

  @Test
  void whatAnotherMachinePushedAgain_stays_thoughItIsOldAndThisOneDoesNotKnowIt() throws Exception {
    make(there, "theirs");
    isDone(there.ftpipe("push"));
    make(here, "ours");
    isDone(here.ftpipe("push"));
    age();
    assertThat(there.ftpipe("push").err()).startsWith("Nothing to send");
    isDone(here.ftpipe("gc", "-w", "--cloud", "-f"));
    assertThat(isPullable(there, "theirs")).isTrue();
    assertThat(isPullable(here, "ours")).isTrue();
    age();
    isDone(here.ftpipe("gc", "-w", "--cloud", "-f"));
    assertThat(isPullable(there, "theirs")).isFalse();
    assertThat(isPullable(here, "ours")).isTrue();
  }

  @Test
  void manySmallPacks_becomeOne() throws Exception {
    for (int round = 0; round < 12; round++) {
      here.write(
          "pipeline.yaml",
          "stages: {"
              + Stream.iterate(0, i -> i + 1)
                  .limit(round + 1)
                  .map(
                      i -> "s" + i + ": {cmd: echo " + i + " > out" + i + ", outs: [out" + i + "]}")
                  .reduce((a, b) -> a + ", " + b)
                  .orElseThrow()
              + "}");
      isDone(here.ftpipe("repro"));
      isDone(here.ftpipe("push"));
    }
    assertThat(objects("packs")).hasSize(24);
    age();
    isDone(here.ftpipe("gc", "--cloud", "-f"));
    assertThat(objects("packs")).hasSize(2);
    CommandLines fresh = machine("fresh");
    fresh.write("pipeline.yaml", here.read("pipeline.yaml"));
    fresh.write("pipeline.lock", here.read("pipeline.lock"));
    isDone(fresh.ftpipe("pull"));
    assertThat(fresh.read("out11")).isEqualTo("11\n");
  }

  @Test
  void namesOfOthers_andUnfinishedPacks() throws Exception {
    make(here, "ours");
    isDone(here.ftpipe("push"));
    Path mount = folder.resolve("mount");
    List<String> strangers =
        List.of("cas/sha256/ab/README", "packs/../notes.txt", "packs/x.pack", "actions/a/b.json");
    for (String each : strangers) {
      Files.createDirectories(mount.resolve(each).normalize().getParent());
      Files.writeString(mount.resolve(each).normalize(), "not of ftpipe");
    }
    Files.writeString(mount.resolve("packs/" + "ab".repeat(32) + ".pack"), "of a killed push");
    age();
    isDone(here.ftpipe("gc", "--cloud", "-f"));
    for (String each : strangers) {
      assertThat(mount.resolve(each).normalize()).exists();
    }
    assertThat(mount.resolve("packs/" + "ab".repeat(32) + ".pack")).doesNotExist();
    assertThat(isPullable(here, "ours")).isTrue();
  }

  @Test
  void notInRemote_keepsInTheCacheWhatOnlyItHas() throws Exception {
    make(here, "pushed");
    isDone(here.ftpipe("push"));
    String pushed = here.read("pipeline.lock");
    make(here, "unpushed");
    String unpushed = here.read("pipeline.lock");
    make(here, "now");
    isDone(here.ftpipe("gc", "-w", "--not-in-remote", "-f"));
    here.write("pipeline.lock", unpushed);
    isDone(here.ftpipe("checkout", "-f"));
    here.write("pipeline.lock", pushed);
    assertThat(here.ftpipe("checkout", "-f").exitCode()).isEqualTo(1);
    isDone(here.ftpipe("pull", "-f"));
  }

  @Test
  void markerOfAnotherGc_isHeeded() throws Exception {
    make(here, "ours");
    isDone(here.ftpipe("push"));
    Path marker = folder.resolve("mount/gc/" + java.util.UUID.randomUUID());
    Files.createDirectories(marker.getParent());
    Files.writeString(marker, "1");
    Result refused = here.ftpipe("gc", "--cloud", "-f");
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("another gc or repair", "is at work");
    Files.setLastModifiedTime(marker, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    isDone(here.ftpipe("gc", "--cloud", "-f"));
    isDone(here.ftpipe("push"));
  }
}
