package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Kills {@code repro -j 4} of the {@link Workload} with SIGKILL at random moments, again and again
 * until it is done, then starts over with a new folder, for a number of kills. Half of the kills
 * take the whole process group, half leave the commands of the stages alive.
 */
final class CrashRounds {
  private static final int JOBS = 4;
  private static final int STAGES = 60;

  /** Stages whose results are being kept while the commands of others run. */
  private static final int KEEPING = 2;

  private final Path folder;
  private final Random random;
  private final Workload workload = Workload.ofSixtyStages();
  private final boolean groups;
  private final NavigableMap<String, String> wanted;
  private final String wantedLock;

  private int kills;
  private int projects;
  private int lost;

  CrashRounds(Path folder, long seed) throws IOException, InterruptedException {
    this.folder = folder;
    this.random = new Random(seed);
    this.groups = Shell.has("setsid");
    Path reference = workload.write(folder.resolve("reference"));
    Result undisturbed = program(reference, 0).run("repro", "-j", "" + JOBS);
    assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();
    wanted = Folders.content(reference.resolve("work"));
    wantedLock = Files.readString(reference.resolve("pipeline.lock"));
    assertThat(diary(reference).stages("done", 0)).hasSize(STAGES);
  }

  /** Kills so many times and more, until the last project is done. */
  void run(int count) throws IOException, InterruptedException {
    while (kills < count) {
      project(workload.write(folder.resolve("project" + projects++)), count);
    }
  }

  /** For the protocol of a run. */
  String summary() {
    return kills + " kills in " + projects + " projects, " + lost + " unfinished stages ran again";
  }

  private void project(Path project, int count) throws IOException, InterruptedException {
    Map<Integer, Set<String>> finished = new HashMap<>();
    int run = 0;
    while (kills < count) {
      Running repro = start(project, run);
      awaitMoment(project, run);
      boolean alone = !groups || random.nextBoolean();
      Result killed = alone ? repro.kill() : repro.killGroup();
      if (killed.exitCode() == 0) {
        break;
      }
      assertThat(killed.exitCode()).as(killed.err()).isEqualTo(137);
      kills++;
      finished.put(run, examine(project));
      run++;
    }
    Result last = program(project, run).run("repro", "-j", "" + JOBS);
    assertThat(last.exitCode()).as(last.err()).isZero();
    assertThat(Folders.content(project.resolve("work"))).isEqualTo(wanted);
    assertThat(project.resolve("pipeline.lock")).hasContent(wantedLock);
    noReruns(diary(project), run, finished);
    nothingLeft(project);
    cacheIsWhole(project);
  }

  private Running start(Path project, int run) throws IOException {
    List<String> wrapper = groups ? List.of("setsid") : List.of();
    return program(project, run).start(wrapper, "repro", "-j", "" + JOBS);
  }

  private Program program(Path project, int run) {
    return new Program(project)
        .with(Workload.DIARY, project + ".diary")
        .with(Workload.RUN, "" + run);
  }

  private static Diary diary(Path project) throws IOException {
    return Diary.read(Path.of(project + ".diary"));
  }

  /** While the program starts or ends, or some stages later. */
  private void awaitMoment(Path project, int run) throws IOException, InterruptedException {
    boolean allDone = diary(project).stages("done").size() == STAGES;
    if (allDone || random.nextInt(5) == 0) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(allDone ? 1500 : 500));
      return;
    }
    int stages = random.nextInt(10);
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (diary(project).stages("done", run).size() < stages && System.nanoTime() < limit) {
      TimeUnit.MILLISECONDS.sleep(1);
      if (diary(project).stages("done").size() == STAGES) {
        break;
      }
    }
    TimeUnit.MICROSECONDS.sleep(random.nextInt(25_000));
  }

  /** What the next command believes is right; the stages that it calls up to date. */
  private Set<String> examine(Path project) throws IOException, InterruptedException {
    Result status = status(project);
    assertThat(status.exitCode()).as(status.err()).isZero();
    Set<String> upToDate = new HashSet<>();
    status
        .stages()
        .forEach(
            (stage, state) -> {
              if (state.equals("up-to-date") || state.equals("up_to_date")) {
                upToDate.add(stage);
              }
            });
    NavigableMap<String, String> there = Folders.content(project.resolve("work"));
    for (String stage : upToDate) {
      assertThat(of(stage, there)).as(stage).isEqualTo(of(stage, wanted));
    }
    return upToDate;
  }

  private static Result status(Path project) {
    return Inside.run(project, Map.of(), "status", "--json");
  }

  private Map<String, String> of(String stage, Map<String, String> content) {
    Map<String, String> of = new LinkedHashMap<>();
    for (String output : workload.outputs().getOrDefault(stage, List.of())) {
      String path = output.substring("work/".length());
      content.forEach(
          (file, what) -> {
            if (file.equals(path) || file.startsWith(path + "/")) {
              of.put(file, what);
            }
          });
    }
    return of;
  }

  /** At most the stages that were in flight at a kill ran again, and none that was recorded. */
  private void noReruns(Diary diary, int runs, Map<Integer, Set<String>> finished) {
    for (int run = 0; run < runs; run++) {
      Set<String> again = new HashSet<>(diary.stages("start", run));
      Set<String> later = new HashSet<>();
      for (int next = run + 1; next <= runs; next++) {
        later.addAll(diary.stages("start", next));
      }
      again.retainAll(later);
      assertThat(again).as("run again after kill " + run).hasSizeLessThanOrEqualTo(JOBS + KEEPING);
      lost += again.size();
      for (String stage : finished.getOrDefault(run, Set.of())) {
        assertThat(later).as("recorded before kill " + run).doesNotContain(stage.replace('@', '-'));
      }
    }
  }

  private static void nothingLeft(Path project) throws IOException {
    List<String> names = new ArrayList<>();
    try (var files = Files.list(project)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    // Half a lock file of the last minute may be another process's, and stays.
    names.removeIf(name -> name.startsWith(".pipeline.lock."));
    assertThat(names)
        .containsExactlyInAnyOrder(
            ".ftpipe", "make.sh", "pipeline.lock", "pipeline.yaml", "src", "work");
  }

  /** A clone that has nothing but the cache gets everything, and the right bytes, from it. */
  private void cacheIsWhole(Path project) throws IOException, InterruptedException {
    Path clone = workload.write(Path.of(project + ".clone"));
    Folders.copy(project.resolve(".ftpipe/cache"), clone.resolve(".ftpipe/cache"));
    Result restored = Inside.run(clone, Map.of(), "repro", "--json");
    assertThat(restored.exitCode()).as(restored.err()).isZero();
    assertThat(restored.stages().values()).containsOnly("restored");
    assertThat(Folders.content(clone.resolve("work"))).isEqualTo(wanted);
  }
}
