package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several repros at once: in one folder, and in two that share a cache. */
final class SharingTest {
  @TempDir Path folder;
  private final Workload workload = Workload.small();

  private Program program(Path project) {
    return new Program(project).with(Workload.DIARY, project + ".diary").with(Workload.RUN, "0");
  }

  private NavigableMap<String, String> reference() throws IOException, InterruptedException {
    Path reference = workload.write(folder.resolve("reference"));
    assertThat(program(reference).run("repro", "-j", "4").exitCode()).isZero();
    return Folders.content(reference.resolve("work"));
  }

  @Test
  void repro_whenTwoRunInOneFolder_oneIsRefusedOrComesAfterTheOther() throws Exception {
    Path project = workload.write(folder.resolve("project"));
    Running one = program(project).start("repro", "-j", "4");
    Running other = program(project).start("repro", "-j", "4");
    for (Result result : List.of(one.end(), other.end())) {
      if (result.exitCode() != 0) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
        assertThat(result.err()).contains("another ftpipe repro is at work in this folder");
      }
    }
    assertThat(Inside.run(project, Map.of(), "status", "--exit-code").exitCode()).isZero();
    assertThat(Diary.read(Path.of(project + ".diary")).stages("start", 0))
        .hasSize(workload.outputs().size());
    assertThat(Folders.content(project.resolve("work"))).isEqualTo(reference());
  }

  @Test
  void repro_whenTwoFoldersShareACache_eachHasItsOwnRightOutputs() throws Exception {
    share(1, 1L);
  }

  @Test
  @Tag("slow")
  void repro_whenTwoFoldersShareACacheForLong_eachHasItsOwnRightOutputs() throws Exception {
    share(40, System.nanoTime());
  }

  private void share(int rounds, long seed) throws Exception {
    Random random = new Random(seed);
    NavigableMap<String, String> wanted = reference();
    for (int round = 0; round < rounds; round++) {
      Path cache = Files.createDirectory(folder.resolve("cache" + round));
      List<Path> projects = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Path project = workload.write(folder.resolve("project" + round + "." + i));
        Files.createDirectory(project.resolve(".ftpipe"));
        Files.createSymbolicLink(project.resolve(".ftpipe/cache"), cache);
        projects.add(project);
      }
      together(projects, random.nextInt(1500));
      together(projects, -1);
      for (Path project : projects) {
        assertThat(Folders.content(project.resolve("work"))).as("seed " + seed).isEqualTo(wanted);
      }
      Path late = workload.write(folder.resolve("late" + round));
      Files.createDirectory(late.resolve(".ftpipe"));
      Files.createSymbolicLink(late.resolve(".ftpipe/cache"), cache);
      Result restored = Inside.run(late, Map.of(), "repro", "--json");
      assertThat(restored.stages().values()).as(restored.err()).containsOnly("restored");
      assertThat(Folders.content(late.resolve("work"))).isEqualTo(wanted);
    }
  }

  /** Runs one repro a folder at the same time, and kills the first after a while, if asked to. */
  private void together(List<Path> projects, int killAfterMillis) throws Exception {
    List<Running> repros = new ArrayList<>();
    for (Path project : projects) {
      repros.add(program(project).start("repro", "-j", "3"));
    }
    if (killAfterMillis >= 0) {
      TimeUnit.MILLISECONDS.sleep(killAfterMillis);
      repros.remove(0).kill();
    }
    for (Running repro : repros) {
      Result result = repro.end();
      assertThat(result.exitCode()).as(result.err()).isZero();
    }
  }
}
