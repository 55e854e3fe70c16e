package dev.ftpipe.run;

import static dev.ftpipe.run.StageOutcome.Result.FAILED;
import static dev.ftpipe.run.StageOutcome.Result.RESTORED;
import static dev.ftpipe.run.StageOutcome.Result.RUN;
import static dev.ftpipe.run.StageOutcome.Result.SKIPPED;
import static dev.ftpipe.run.StageOutcome.Result.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.local.PackFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole repros with shell stages, files and a store on the disk. */
final class ReproductionTest {
  @TempDir Path folder;
  private Workbench bench;

  @BeforeEach
  void makeProject() throws IOException {
    bench = new Workbench(folder.resolve("project")).write("raw.txt", "b\na\n");
  }

  private static Stages sort() {
    return Stages.shell("sort", "sort raw.txt > out/sorted.txt")
        .dep("raw.txt")
        .out("out/sorted.txt");
  }

  private static Stages count(int factor) {
    return Stages.shell("count", "echo $(( $(wc -l < out/sorted.txt) * " + factor + " )) > n.txt")
        .dep("out/sorted.txt")
        .param("count.factor", factor)
        .out("n.txt");
  }

  @Test
  void repro_whenNothingChanged_runsNothing() throws IOException {
    bench.stages(count(2), sort());
    assertThat(bench.reproGives(RUN).names()).containsExactly("sort", "count");
    assertThat(bench.read("n.txt")).isEqualTo("4\n");
    String lock = bench.read("pipeline.lock");
    bench.reproGives(UNCHANGED);
    assertThat(bench.read("pipeline.lock")).isEqualTo(lock);
  }

  @Test
  void repro_whenInputChanged_namesIt() throws IOException {
    bench.stages(sort(), count(2)).repro();
    bench.write("raw.txt", "b\na\nc\n");
    Outcomes outcomes = bench.reproGives(RUN);
    assertThat(outcomes.get("sort").cause())
        .matches("input raw\\.txt: changed \\([0-9a-f]{12} → [0-9a-f]{12}\\)");
    assertThat(bench.read("n.txt")).isEqualTo("6\n");
  }

  @Test
  void repro_whenInputIsTouchedOnly_runsNothing() throws IOException {
    bench.stages(sort(), count(2)).repro();
    bench.write("raw.txt", "b\na\n");
    bench.reproGives(UNCHANGED);
  }

  @Test
  void repro_whenParameterChanged_namesOldAndNew() throws IOException {
    bench.stages(sort(), count(2)).repro();
    bench.stages(sort(), count(3));
    Outcomes outcomes = bench.repro();
    assertThat(outcomes.get("sort").result()).isEqualTo(UNCHANGED);
    assertThat(outcomes.get("count").cause()).startsWith("command: echo");
    assertThat(Statuses.of(bench.open(), List.of()))
        .extracting(StageStatus::state)
        .containsOnly(StageStatus.State.UP_TO_DATE);
    bench.stages(sort(), Stages.shell("count", "true").param("lr", 1e-4).out("n.txt"));
    assertThat(bench.status("count").changes())
        .extracting(Change::sentence)
        .contains("parameter lr: new (1.0E-4)", "parameter count.factor: gone (was 3)");
  }

  @Test
  void repro_whenParameterGoesBack_restoresWithoutRunning() throws IOException {
    bench.stages(sort(), count(2)).repro();
    bench.stages(sort(), count(3)).repro();
    bench.stages(sort(), count(2));
    assertThat(bench.status("count").state()).isEqualTo(StageStatus.State.CACHED);
    assertThat(bench.repro().get("count").result()).isEqualTo(RESTORED);
    assertThat(bench.read("n.txt")).isEqualTo("4\n");
  }

  @Test
  void repro_whenOutputsAreGone_restoresThem() throws IOException {
    bench.stages(sort(), count(2)).repro();
    AtomicFiles.deleteTree(bench.root.resolve("out"));
    Files.delete(bench.root.resolve("n.txt"));
    Outcomes outcomes = bench.reproGives(RESTORED);
    assertThat(outcomes.get("sort").cause()).isEqualTo("output out/sorted.txt: missing");
    assertThat(bench.read("out/sorted.txt")).isEqualTo("a\nb\n");
    bench.reproGives(UNCHANGED);
  }

  @Test
  void repro_whenOutputWasEdited_restoresIt() throws IOException {
    bench.stages(sort(), count(2)).repro();
    bench.write("out/sorted.txt", "edited");
    assertThat(bench.repro().get("sort").result()).isEqualTo(RESTORED);
    assertThat(bench.read("out/sorted.txt")).isEqualTo("a\nb\n");
  }

  @Test
  void repro_whenCloned_restoresEverythingFromACopiedCache() throws IOException {
    bench.stages(sort(), count(2)).repro();
    Workbench clone = new Workbench(folder.resolve("clone")).write("raw.txt", "b\na\n");
    clone.write("pipeline.lock", bench.read("pipeline.lock"));
    copy(bench.cache(), clone.cache());
    clone.stages(sort(), count(2)).reproGives(RESTORED);
    assertThat(clone.read("n.txt")).isEqualTo("4\n");
    assertThat(clone.read("pipeline.lock")).isEqualTo(bench.read("pipeline.lock"));

    Workbench lockless = new Workbench(folder.resolve("lockless")).write("raw.txt", "b\na\n");
    copy(bench.cache(), lockless.cache());
    lockless.stages(sort(), count(2)).reproGives(RESTORED);
    assertThat(lockless.read("pipeline.lock")).isEqualTo(bench.read("pipeline.lock"));
  }

  @Test
  void repro_whenCacheObjectIsDamaged_runsAgain() throws IOException {
    bench.stages(sort()).repro();
    Files.delete(bench.root.resolve("out/sorted.txt"));
    Digest sorted = Digest.of("a\nb\n");
    byte[] other = "a\nB\n".getBytes(StandardCharsets.UTF_8);
    assertThat(PackFiles.overwrite(bench.cache(), sorted, other)).isTrue();
    StageOutcome outcome = bench.repro().get("sort");
    assertThat(outcome.result()).isEqualTo(RUN);
    assertThat(outcome.cause())
        .startsWith("output out/sorted.txt was damaged or missing in the cache");
    assertThat(bench.notes).singleElement().asString().contains(sorted.hex());
    assertThat(bench.read("out/sorted.txt")).isEqualTo("a\nb\n");
    Files.delete(bench.root.resolve("out/sorted.txt"));
    bench.reproGives(RESTORED);
  }

  @Test
  void repro_whenOutputIsNotCached_runsAgainOnceItIsGone() throws IOException {
    bench.stages(
        Stages.shell("sort", "sort raw.txt > s.txt").dep("raw.txt").out("s.txt", false, false));
    bench.reproGives(RUN);
    bench.reproGives(UNCHANGED);
    Digest sorted = Digest.of("a\nb\n");
    assertThat(bench.open().store().content().contains(sorted, 4)).isFalse();
    Files.delete(bench.root.resolve("s.txt"));
    bench.reproGives(RUN);
  }

  @Test
  void repro_whenOutputPersists_leavesItInPlace() throws IOException {
    bench.stages(
        Stages.shell("append", "cat raw.txt >> log.txt").dep("raw.txt").out("log.txt", true, true));
    bench.repro();
    bench.write("raw.txt", "c\n");
    bench.reproGives(RUN);
    assertThat(bench.read("log.txt")).isEqualTo("b\na\nc\n");
  }

  @Test
  void repro_whenFolder_restoresFilesAndExecuteBits() throws IOException {
    Stages make =
        Stages.shell(
                "make",
                "mkdir -p d/e; echo hi > d/e/x; printf '#!/bin/sh\\n' > d/run",
                "chmod +x d/run")
            .out("d");
    bench.stages(make, Stages.shell("use", "cat d/e/x > y").dep("d/e/x").out("y"));
    bench.reproGives(RUN);
    AtomicFiles.deleteTree(bench.root.resolve("d"));
    assertThat(bench.status("use").state()).isEqualTo(StageStatus.State.UP_TO_DATE);
    Outcomes outcomes = bench.repro();
    assertThat(outcomes.get("make").result()).isEqualTo(RESTORED);
    assertThat(outcomes.get("use").result()).isEqualTo(UNCHANGED);
    assertThat(bench.root.resolve("d/run")).isExecutable();
    assertThat(Files.isExecutable(bench.root.resolve("d/e/x"))).isFalse();
    assertThat(bench.root.resolve("d/run").toFile().setExecutable(false)).isTrue();
    assertThat(bench.repro().get("make").result()).isEqualTo(RESTORED);
    assertThat(bench.root.resolve("d/run")).isExecutable();
  }

  @Test
  void repro_whenCommandFails_tellsCommandCodeAndLastLines() throws IOException {
    bench.stages(
        Stages.shell("bad", "for i in $(seq 30); do echo line $i; done; echo oops >&2; exit 3")
            .out("x"),
        Stages.shell("after", "cp x y").dep("x").out("y"),
        Stages.shell("other", "echo 1 > z").out("z"));
    Outcomes outcomes = bench.repro();
    StageOutcome.Failure failure = outcomes.get("bad").failure().orElseThrow();
    assertThat(failure.message()).startsWith("command ended with exit code 3: for i in");
    assertThat(failure.exitCode()).isEqualTo(1);
    assertThat(failure.tail()).hasSize(20).startsWith("line 12").endsWith("line 30", "oops");
    assertThat(outcomes.get("after").result()).isEqualTo(SKIPPED);
    assertThat(outcomes.get("other").result()).isEqualTo(SKIPPED);
    Outcomes again =
        bench.repro(new ReproOptions(List.of(), false, false, false, true, true, 2, false));
    assertThat(again.get("after").cause()).isEqualTo("needs bad");
    assertThat(again.get("other").result()).isEqualTo(RUN);
  }

  @Test
  void repro_whenCommandFails_namesItToAllThatIsBehindIt() throws IOException {
    bench.stages(
        Stages.shell("bad", "exit 3").out("x"),
        Stages.shell("near", "cp x y").dep("x").out("y"),
        Stages.shell("far", "cp y z").dep("y").out("z"));
    assertThat(bench.repro().get("far").cause()).isEqualTo("needs bad");
    Outcomes going =
        bench.repro(new ReproOptions(List.of(), false, false, false, true, true, 2, false));
    assertThat(going.get("near").cause()).isEqualTo("needs bad");
    assertThat(going.get("far").cause()).isEqualTo("needs bad");
  }

  @Test
  void repro_whenOutputIsNotWritten_namesIt() throws IOException {
    bench.stages(Stages.shell("lazy", "true").out("x"));
    StageOutcome outcome = bench.repro().get("lazy");
    assertThat(outcome.result()).isEqualTo(FAILED);
    assertThat(outcome.failure().orElseThrow().message()).contains("without writing its output x");
    assertThat(bench.status("lazy").state()).isEqualTo(StageStatus.State.CHANGED);
  }

  @Test
  void repro_whenSourceIsMissing_runsNothing() throws IOException {
    Files.delete(bench.root.resolve("raw.txt"));
    bench.stages(Stages.shell("first", "echo > a").out("a"), sort());
    assertThatThrownBy(bench::repro)
        .isInstanceOfSatisfying(
            FtpipeException.class, e -> assertThat(e.kind().exitCode()).isEqualTo(2))
        .hasMessageContaining("stage 'sort' reads raw.txt");
    assertThat(bench.root.resolve("a")).doesNotExist();
  }

  @Test
  void repro_whenInputChangesMeanwhile_isNotRecorded() throws IOException {
    bench.stages(
        Stages.shell("touchy", "cat raw.txt > out.txt; echo more >> raw.txt")
            .dep("raw.txt")
            .out("out.txt"));
    bench.reproGives(RUN);
    assertThat(bench.notes).singleElement().asString().contains("raw.txt changed while");
    assertThat(bench.open().store().actions().keys()).isEmpty();
    bench.reproGives(RUN);
  }

  @Test
  void repro_whenForcedFrozenOrAlwaysChanged() throws IOException {
    bench.stages(sort(), count(2)).repro();
    ReproOptions force =
        new ReproOptions(List.of("sort"), true, false, false, true, false, 1, false);
    assertThat(bench.repro(force).get("sort").cause()).isEqualTo("forced");
    bench.write("raw.txt", "c\n");
    bench.stages(sort().frozen(), count(2).alwaysChanged());
    Outcomes outcomes = bench.repro();
    assertThat(outcomes.get("sort").cause()).isEqualTo("frozen");
    assertThat(outcomes.get("count").cause()).isEqualTo("always_changed");
    Files.delete(bench.root.resolve("out/sorted.txt"));
    assertThat(bench.repro().get("sort").result()).isEqualTo(RESTORED);
    AtomicFiles.deleteTree(bench.cache());
    Files.delete(bench.root.resolve("out/sorted.txt"));
    outcomes = bench.repro();
    assertThat(outcomes.get("sort").failure().orElseThrow().message()).contains("frozen");
    assertThat(outcomes.get("count").result()).isEqualTo(SKIPPED);
  }

  @Test
  void repro_whenCacheIsNotUsed_runs() throws IOException {
    bench.stages(sort()).repro();
    Files.delete(bench.root.resolve("out/sorted.txt"));
    ReproOptions noCache = new ReproOptions(List.of(), false, false, false, false, false, 1, false);
    assertThat(bench.repro(noCache).get("sort").result()).isEqualTo(RUN);
  }

  @Test
  void repro_whenStageLeavesThePipeline_dropsItFromTheLock() throws IOException {
    bench.stages(sort(), count(2)).repro();
    bench.stages(count(2));
    bench.repro();
    assertThat(bench.open().lock().stages().keySet()).containsExactly("count");
    assertThat(bench.open().lock().sources().keySet()).isEmpty();
  }

  @Test
  void repro_whenTimeIsUp_endsTheCommandAndItsChildren() throws IOException {
    bench.stages(
        Stages.shell("slow", "(sleep 300 & echo $! > pid; wait); true")
            .timeout(Duration.ofMillis(500))
            .out("x"));
    StageOutcome outcome = bench.repro().get("slow");
    assertThat(outcome.failure().orElseThrow().message()).isEqualTo("timed out after 0.5s");
    assertDead(bench.read("pid"));
  }

  @Test
  void requestStop_endsTheCommandAndItsChildren() throws Exception {
    bench.stages(
        Stages.shell("slow", "(sleep 300 & echo $! > pid; wait); true").out("x"),
        Stages.shell("after", "cp x y").dep("x").out("y"));
    Reproduction reproduction = bench.reproduction(Workbench.options());
    Thread stopper =
        new Thread(
            () -> {
              bench.await(() -> Files.exists(bench.root.resolve("pid")));
              reproduction.requestStop();
            });
    stopper.start();
    List<StageOutcome> outcomes = reproduction.run();
    stopper.join();
    assertThat(outcomes.get(0).failure().orElseThrow().exitCode()).isEqualTo(130);
    assertThat(outcomes.get(1).result()).isEqualTo(SKIPPED);
    assertDead(bench.read("pid"));
  }

  @Test
  void requestStop_endsWhatEarlierStagesLeftInTheBackground() throws Exception {
    bench.stages(
        Stages.shell("server", "nohup sleep 300 >/dev/null 2>&1 & echo $! > pid").out("pid"),
        Stages.shell("slow", "touch here; sleep 300").dep("pid").out("x"));
    Reproduction reproduction = bench.reproduction(Workbench.options());
    Thread stopper =
        new Thread(
            () -> {
              bench.await(() -> Files.exists(bench.root.resolve("here")));
              reproduction.requestStop();
            });
    stopper.start();
    List<StageOutcome> outcomes = reproduction.run();
    stopper.join();
    assertThat(outcomes.get(0).result()).isEqualTo(RUN);
    assertThat(outcomes.get(1).failure().orElseThrow().exitCode()).isEqualTo(130);
    assertDead(bench.read("pid"));
  }

  @Test
  void repro_whenABackgroundProcessHoldsTheOutput_doesNotWaitForIt() throws IOException {
    bench.stages(
        Stages.shell("server", "echo before; (sleep 300; echo late) & echo $! > pid").out("pid"));
    bench.reproGives(RUN);
    assertThat(bench.lines).containsExactly("before");
    long pid = Long.parseLong(bench.read("pid").strip());
    ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
    assertThat(server.isAlive()).isTrue();
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }

  @Test
  void repro_whenOneAtATime_runsInTheOrderOfTheGraph() throws IOException {
    Stages[] stages = new Stages[30];
    for (int i = 0; i < stages.length; i++) {
      stages[i] = Stages.shell("s" + i, "echo " + i + " >> order; touch o" + i).out("o" + i);
      stages[i].dep(i % 2 == 1 ? "o" + (i - 1) : "raw.txt");
    }
    bench.stages(stages);
    bench.reproGives(RUN);
    List<String> expected =
        bench.open().graph().stages().stream().map(stage -> stage.name().substring(1)).toList();
    assertThat(bench.read("order").lines().toList()).isEqualTo(expected);
  }

  @Test
  void status_whenPartOfAFolderIsReadThatComesFromTheCache_knowsIt() throws IOException {
    bench.stages(
        Stages.shell("make", "mkdir -p d/e/f; cat raw.txt > d/e/f/x; echo 1 > d/y")
            .out("d")
            .dep("raw.txt"),
        Stages.shell("file", "cat d/y > a").dep("d/y").out("a"),
        Stages.shell("folder", "cat d/e/f/x > b").dep("d/e").out("b"));
    bench.repro();
    AtomicFiles.deleteTree(bench.root.resolve("d"));
    Files.delete(bench.root.resolve("b"));
    assertThat(bench.status("make").state()).isEqualTo(StageStatus.State.CACHED);
    assertThat(bench.status("file").state()).isEqualTo(StageStatus.State.UP_TO_DATE);
    assertThat(bench.status("folder").state()).isEqualTo(StageStatus.State.CACHED);
    bench.write("raw.txt", "new\n");
    assertThat(bench.status("file").state()).isEqualTo(StageStatus.State.WAITS);
  }

  @Test
  void repro_whenSeveralJobs_keepsTheOrderThatInputsAsk() throws IOException {
    Stages[] stages = new Stages[12];
    for (int i = 0; i < stages.length; i++) {
      stages[i] = Stages.shell("s" + i, "cat raw.txt > o" + i).out("o" + i);
      stages[i].dep(i % 3 == 0 ? "raw.txt" : "o" + (i - 1));
    }
    bench.stages(stages);
    ReproOptions jobs = new ReproOptions(List.of(), false, false, false, true, false, 4, false);
    assertThat(bench.repro(jobs).values())
        .allSatisfy(outcome -> assertThat(outcome.result()).isEqualTo(RUN));
    bench.reproGives(UNCHANGED);
  }

  @Test
  void repro_whenAnotherIsAtWork_saysWho() throws IOException {
    bench.stages(sort()).repro();
    WorkspaceLock held = WorkspaceLock.take(bench.open().folders().workspaceLock());
    try (held) {
      assertThatThrownBy(bench::repro)
          .isInstanceOfSatisfying(
              FtpipeException.class, e -> assertThat(e.kind().exitCode()).isEqualTo(3))
          .hasMessageContaining("" + ProcessHandle.current().pid());
    }
    bench.reproGives(UNCHANGED);
  }

  /** The slot of the first is free before its outcome is known to all. */
  @RepeatedTest(5)
  void repro_whenACommandFails_startsNothingInItsSlot() throws IOException {
    String begunBefore = "test ! -e failed";
    bench.stages(
        Stages.shell("fails", "sleep 0.3; touch failed; exit 1"),
        Stages.shell("atWork", "sleep 0.6"),
        Stages.shell("third", begunBefore),
        Stages.shell("fourth", begunBefore),
        Stages.shell("fifth", begunBefore));
    Outcomes outcomes =
        bench.repro(new ReproOptions(List.of(), false, false, false, true, false, 2, false));
    assertThat(outcomes.values())
        .filteredOn(outcome -> outcome.result() == FAILED)
        .extracting(StageOutcome::name)
        .containsExactly("fails");
  }

  @Test
  void repro_whenACommandFails_doesNotTryAgain() throws IOException {
    bench.stages(Stages.shell("once", "echo x >> tries; exit 1").retries(3).out("y"));
    assertThat(bench.repro().get("once").result()).isEqualTo(FAILED);
    assertThat(bench.read("tries")).isEqualTo("x\n");
  }

  @Test
  void status_andWhy_beforeTheFirstRunAndWithANearMissInTheCache() throws IOException {
    bench.stages(sort(), count(2));
    assertThat(bench.status("sort").changes()).containsExactly(Change.ofStage("not run before"));
    assertThat(bench.status("count").state()).isEqualTo(StageStatus.State.WAITS);
    assertThat(bench.root.resolve(".ftpipe")).doesNotExist();
    bench.repro();
    Files.delete(bench.root.resolve("pipeline.lock"));
    bench.write("raw.txt", "z\n");
    Why why = Why.of(bench.open(), "sort");
    assertThat(why.fromCache()).isTrue();
    assertThat(why.ingredients().get(0).name()).isEqualTo("raw.txt");
    assertThat(why.ingredients()).filteredOn(Why.Ingredient::differs).hasSize(1);
  }

  private static void assertDead(String pid) {
    ProcessHandle.of(Long.parseLong(pid.strip()))
        .ifPresent(process -> process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
