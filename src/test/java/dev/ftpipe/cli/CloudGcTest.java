package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunSpecs;
import dev.ftpipe.cloud.RunState;
import dev.ftpipe.cloud.Snapshot;
import dev.ftpipe.cloud.SnapshotIndex;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.Compression;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.local.LocalStore;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    machine.write("pipeline.yaml", ManyAndLarge.pipeline(word));
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
  void leftoversOfTheKilled_go_thoseOfTheLivingStay() throws Exception {
    make(here, "ours");
    isDone(here.ftpipe("push"));
    Path mount = folder.resolve("mount");
    String id = "12345678-1234-1234-1234-123456789012";
    List<String> old =
        List.of("tmp/probe-" + id, "tmp/clock-" + id, "gc/" + id, "tmp/upload-ab-" + id);
    for (String each : old) {
      Files.createDirectories(mount.resolve(each).getParent());
      Files.writeString(mount.resolve(each), "of a killed process");
    }
    age();
    Path young = Files.writeString(mount.resolve("tmp/probe-" + id.replace('1', '2')), "alive");
    Path strange = Files.writeString(mount.resolve("gc/README"), "not of ftpipe");
    Files.setLastModifiedTime(strange, FileTime.from(Instant.EPOCH));
    isDone(here.ftpipe("gc", "--cloud", "-f"));
    for (String each : old) {
      assertThat(mount.resolve(each)).doesNotExist();
    }
    assertThat(young).exists();
    assertThat(strange).exists();
  }

  @Test
  void checkpointsThatNobodyGoesOnWith_areNamed_andDroppedAfterTheGrace() throws Exception {
    make(here, "ours");
    isDone(here.ftpipe("push"));
    Path mount = folder.resolve("mount");
    List<Path> files = new ArrayList<>();
    for (String key : List.of("old", "young")) {
      Path stage = mount.resolve("checkpoints/" + Digest.of(key).hex());
      Files.createDirectories(stage);
      files.add(Files.writeString(stage.resolve("manifest.json"), "{}"));
      files.add(Files.writeString(stage.resolve(Digest.of(key + "weights").hex()), key));
    }
    age();
    // One file that was written lately says that somebody is at work.
    Files.setLastModifiedTime(files.get(2), FileTime.from(Instant.now()));
    Result listed = here.ftpipe("gc", "--cloud", "--dry-run", "--grace", "0");
    isDone(listed);
    assertThat(listed.err()).contains("checkpoints of 1 stage that nobody goes on with");
    assertThat(files).allSatisfy(each -> assertThat(each).exists());
    isDone(here.ftpipe("gc", "--cloud", "-f"));
    assertThat(files.subList(0, 2)).allSatisfy(each -> assertThat(each).doesNotExist());
    assertThat(files.subList(2, 4)).allSatisfy(each -> assertThat(each).exists());
  }

  @Test
  void launchedRun_keepsItsWorkspace_untilItHasEnded() throws Exception {
    make(here, "ours");
    isDone(here.ftpipe("push"));
    Path mount = folder.resolve("mount");
    Store store = LocalStore.open(folder.resolve("cache"), note -> {});
    try (Remote remote =
        new Remote(
            FolderObjectStore.open(mount),
            Compression.AUTO,
            folder.resolve("work"),
            2,
            note -> {})) {
      CloudRuns runs = new CloudRuns(remote.objects());
      Path files = Files.createDirectory(folder.resolve("workspace"));
      Files.writeString(files.resolve("a"), "workspace");
      SnapshotIndex index = SnapshotIndex.read(files.resolve("none"));
      Snapshot kept = Snapshot.take(store.content(), files, List.of("a"), index, false);
      remote.push(store, kept.plan());
      runs.submit(RunSpecs.of(kept, "true"));
      age();
      Result queued = here.ftpipe("gc", "-w", "--cloud", "-f");
      isDone(queued);
      assertThat(queued.err()).contains("1 launched runs that have not ended");
      Store fresh = LocalStore.open(folder.resolve("fresh"), note -> {});
      Path target = folder.resolve("target");
      Snapshot.restore(remote, fresh.content(), kept.tree(), target);
      assertThat(target.resolve("a")).hasContent("workspace");
      fresh.content().release();
      runs.tell(
          "run-1",
          new RunState(
              RunState.FORMAT,
              RunState.Phase.DONE,
              1,
              "node",
              "2026-01-01T00:00:00Z",
              "2026-01-01T00:00:00Z",
              Optional.of(0),
              Optional.empty()));
      age();
      isDone(here.ftpipe("gc", "-w", "--cloud", "-f"));
      assertThat(remote.sized(List.of(kept.tree().digest()))).isEmpty();
      assertThat(isPullable(here, "ours")).isTrue();
    }
    store.content().release();
  }

  @Test
  void damagedListOfFiles_endsTheGcBeforeAnythingIsDropped() throws Exception {
    make(here, "ours");
    isDone(here.ftpipe("push"));
    CommandLines fresh = machine("fresh");
    fresh.write("pipeline.yaml", here.read("pipeline.yaml"));
    fresh.write("pipeline.lock", here.read("pipeline.lock"));
    for (Path pack : objects("packs")) {
      byte[] bytes = Files.readAllBytes(pack);
      int tree = indexOf(bytes, "ftpipe tree 1");
      if (tree >= 0) {
        bytes[tree] ^= 1;
        Files.write(pack, bytes);
      }
    }
    age();
    Result refused = fresh.ftpipe("gc", "-w", "--cloud", "-f");
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("nothing was dropped", "is damaged in", "--repair");
    assertThat(objects("cas")).hasSize(1);
    isDone(here.ftpipe("verify", "-c", "--repair"));
    isDone(fresh.ftpipe("gc", "-w", "--cloud", "-f"));
    assertThat(isPullable(here, "ours")).isTrue();
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
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
