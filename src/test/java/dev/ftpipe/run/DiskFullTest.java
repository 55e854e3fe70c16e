package dev.ftpipe.run;

import static dev.ftpipe.run.StageOutcome.Result.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of 4 MiB that fills up; needs the right to mount one. */
final class DiskFullTest {
  @TempDir Path folder;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()),
        "mounting a small file system needs root");
  }

  @AfterEach
  void unmount() throws Exception {
    command("umount", "-l", disk.toString());
  }

  private static boolean command(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void repro_whenTheCacheDoesNotFit_recordsNothingAndGoesOnLater() throws IOException {
    // The output fits once, but not a second time as a cache object.
    Workbench bench =
        new Workbench(disk)
            .stages(
                Stages.shell("small", "echo 1 > small").out("small"),
                Stages.shell("big", "head -c 2500000 /dev/zero > big").dep("small").out("big"));
    StageOutcome.Failure failure = bench.repro().get("big").failure().orElseThrow();
    assertThat(failure.exitCode()).isEqualTo(3);
    assertThat(failure.message())
        .contains("cannot write " + disk.relativize(bench.cache()))
        .contains("No space left on device");
    assertThat(bench.open().lock().stages().keySet()).containsExactly("small");
    try (Stream<Path> temporary = Files.list(bench.cache().resolve("tmp"))) {
      assertThat(temporary).isEmpty();
    }
    Files.delete(disk.resolve("big"));
    Files.writeString(disk.resolve("small"), "");
    bench.stages(
        Stages.shell("small", "echo 1 > small").out("small"),
        Stages.shell("big", "head -c 1000 /dev/zero > big").dep("small").out("big"));
    assertThat(bench.repro().get("big").result()).isEqualTo(RUN);
  }

  @Test
  void repro_whenThePackDoesNotFit_recordsNothingAndGoesOnLater() throws IOException {
    Stages numbers =
        Stages.shell("numbers", "mkdir n; seq 10000000 | head -c 2500000 | split -b 10000 - n/")
            .out("n");
    Workbench bench = new Workbench(disk).stages(numbers);
    StageOutcome.Failure failure = bench.repro().get("numbers").failure().orElseThrow();
    assertThat(failure.exitCode()).isEqualTo(3);
    assertThat(failure.message())
        .contains("cannot write " + disk.relativize(bench.cache().resolve("packs/open")))
        .contains("No space left on device");
    assertThat(bench.open().lock().stages()).isEmpty();
    bench.stages(Stages.shell("numbers", "mkdir n; seq 100000 | split -b 10000 - n/").out("n"));
    assertThat(bench.repro().get("numbers").result()).isEqualTo(RUN);
  }

  @Test
  void repro_whenAnOutputCannotBeRestored_leavesNothingOfIt() throws IOException {
    Workbench bench =
        new Workbench(disk)
            .stages(Stages.shell("big", "head -c 1500000 /dev/zero > big").out("big"));
    bench.repro();
    Files.delete(disk.resolve("big"));
    Path filler = Files.write(disk.resolve("filler"), new byte[2_000_000]);
    StageOutcome.Failure failure = bench.repro().get("big").failure().orElseThrow();
    assertThat(failure.exitCode()).isEqualTo(3);
    assertThat(failure.message()).contains("cannot write big: ");
    assertThat(disk.resolve("big")).doesNotExist();
    Files.delete(filler);
    bench.reproGives(StageOutcome.Result.RESTORED);
  }
}
