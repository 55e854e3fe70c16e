package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.base.Digest;
import dev.ftpipe.proof.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of a project that are full or read-only; needs the right to mount small disks. */
final class DiskFaultTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private final Deque<Path> mounted = new ArrayDeque<>();
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectory(folder.resolve("project"));
    writePipeline();
  }

  private void writePipeline() throws IOException {
    byte[] noise = new byte[3 * MIB];
    new Random(1).nextBytes(noise);
    Files.write(project.resolve("noise"), noise);
    Files.writeString(
        project.resolve("pipeline.yaml"),
        """
        stages:
          small:
            cmd: echo small > work/small; echo said
            outs: [work/small]
          many:
            cmd: mkdir work/many; for i in 1 2 3 4 5 6 7 8; do echo $i > work/many/$i; done
            deps: [work/small]
            outs: [work/many]
          big:
            cmd: cat noise > work/big
            deps: [noise, work/many]
            outs: [work/big]
          last:
            cmd: cksum < work/big > work/last
            deps: [work/big]
            outs: [work/last]
        """);
  }

  @AfterEach
  void unmount() throws Exception {
    for (Path each : mounted) {
      Shell.run("umount -l '" + each + "'");
    }
  }

  private Path mount(String path, String options) throws Exception {
    Path place = Files.createDirectories(project.resolve(path));
    assumeTrue(
        Shell.run("mount -t tmpfs -o " + options + " tmpfs '" + place + "'"),
        "mounting a small file system needs root");
    mounted.push(place);
    return place;
  }

  private void remount(Path place, String options) throws Exception {
    assertThat(Shell.run("mount -o remount," + options + " '" + place + "'")).isTrue();
  }

  private Result ftpipe(String... arguments) {
    return Inside.run(project, Map.of(), arguments);
  }

  private void succeeds() throws IOException {
    Result done = ftpipe("repro");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(project.resolve("work/big")).hasSameBinaryContentAs(project.resolve("noise"));
    assertThat(project.resolve("work/small")).hasContent("small\n");
    assertThat(Folders.content(project.resolve("work/many"))).hasSize(8);
    assertThat(ftpipe("status", "--exit-code").exitCode()).isZero();
  }

  private static void failsBecauseOfTheDisk(Result result, String path) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
    assertThat(result.err()).contains(path).doesNotContain("defect");
  }

  @Test
  void repro_whenOnlyTheCacheIsFull_recordsNothingThatIsNotThere() throws Exception {
    Path cache = mount(".ftpipe/cache", "size=1m");
    Result full = ftpipe("repro");
    failsBecauseOfTheDisk(full, ".ftpipe/cache");
    assertThat(full.err()).contains("No space left on device");
    assertThat(ftpipe("status", "--json").stages())
        .containsEntry("small", "up-to-date")
        .containsEntry("many", "up-to-date")
        .containsEntry("big", "changed");
    remount(cache, "size=20m");
    succeeds();
  }

  @Test
  void repro_whenTheWorkTreeIsFull_failsAndGoesOnLater() throws Exception {
    Path work = mount("work", "size=1m");
    Result full = ftpipe("repro");
    assertThat(full.exitCode()).as(full.err()).isEqualTo(1);
    assertThat(full.err()).contains("No space left on device", "failed: big");
    remount(work, "size=20m");
    succeeds();
  }

  @Test
  void repro_whenTheWorkTreeIsFullWhileRestoring_leavesNothingHalf() throws Exception {
    Path work = mount("work", "size=20m");
    succeeds();
    Files.delete(work.resolve("big"));
    remount(work, "size=1m");
    Result full = ftpipe("repro");
    failsBecauseOfTheDisk(full, "work/big");
    assertThat(work.resolve("big")).doesNotExist();
    remount(work, "size=20m");
    succeeds();
  }

  @Test
  void repro_whenTheStateFolderIsFull_saysSoAndGoesOnLater() throws Exception {
    Path state = mount(".ftpipe/state", "size=1m");
    Path filler = state.resolve("filler");
    Shell.run("head -c 2000000 /dev/zero > '" + filler + "'");
    Result full = ftpipe("repro");
    if (full.exitCode() != 0) {
      failsBecauseOfTheDisk(full, ".ftpipe/state");
    }
    Files.delete(filler);
    succeeds();
  }

  @Test
  void repro_whenTheLockFileCannotBeWritten_losesNothingThatWasFinished() throws Exception {
    // The lock file is the only thing that is written to the project's own disk.
    Path disk = mount(".", "size=8m");
    writePipeline();
    mount(".ftpipe", "size=20m");
    mount("work", "size=20m");
    Path filler = disk.resolve("filler");
    Shell.run("head -c 9000000 /dev/zero > '" + filler + "'");
    Result full = ftpipe("repro");
    failsBecauseOfTheDisk(full, "pipeline.lock");
    Files.delete(filler);
    Result again = ftpipe("repro", "--json");
    assertThat(again.stages().values()).as(again.err()).doesNotContain("run");
    succeeds();
  }

  @Test
  void repro_whenTheCacheIsReadOnly_restoresAndRefusesToStore() throws Exception {
    Path cache = mount(".ftpipe/cache", "size=20m");
    succeeds();
    remount(cache, "ro");
    Files.delete(project.resolve("work/big"));
    Files.delete(project.resolve("work/small"));
    succeeds();
    Files.writeString(project.resolve("noise"), "other");
    Result refused = ftpipe("repro");
    failsBecauseOfTheDisk(refused, ".ftpipe/cache");
    assertThat(refused.err()).contains("Read-only file system");
    remount(cache, "rw");
    succeeds();
  }

  @Test
  void repro_whenAnObjectOfAReadOnlyCacheIsDamaged_doesNotServeIt() throws Exception {
    Path cache = mount(".ftpipe/cache", "size=20m");
    succeeds();
    String digest = Digest.ofFile(project.resolve("work/big")).hex();
    Path blob =
        cache.resolve("cas/sha256").resolve(digest.substring(0, 2)).resolve(digest.substring(2));
    assertThat(blob).exists();
    Shell.run("chmod u+w '" + blob + "'; printf X | dd of='" + blob + "' conv=notrunc bs=1 seek=9");
    remount(cache, "ro");
    Files.delete(project.resolve("work/big"));
    Result refused = ftpipe("repro");
    failsBecauseOfTheDisk(refused, ".ftpipe/cache");
    assertThat(
            project.resolve("work/big").toFile().exists()
                && Files.mismatch(project.resolve("work/big"), project.resolve("noise")) >= 0)
        .isFalse();
    remount(cache, "rw");
    succeeds();
  }

  @Test
  void status_whenTheProjectIsReadOnly_works_andReproSaysWhatItCannotWrite() throws Exception {
    Path disk = mount(".", "size=20m");
    writePipeline();
    Files.createDirectory(project.resolve("work"));
    assertThat(ftpipe("repro").exitCode()).isZero();
    remount(disk, "ro");
    assertThat(ftpipe("status", "--exit-code").exitCode()).isZero();
    assertThat(ftpipe("repro", "--dry-run").exitCode()).isZero();
    failsBecauseOfTheDisk(ftpipe("repro"), ".ftpipe");
    remount(disk, "rw");
  }
}
