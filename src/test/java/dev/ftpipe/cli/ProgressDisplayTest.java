package dev.ftpipe.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.stage.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProgressDisplayTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void log_getsPlainLinesAndTheLastProgress() {
    watch(display(Map.of(), false, 1));

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            [1/1] train: not run before
                first line
                train: 100/100 steps  loss 0.5
                second line
                done in 2.5 s
            """);
  }

  @Test
  void terminal_getsALineThatIsRedrawnBelowTheOutput() {
    watch(display(Map.of("FTPIPE_TERMINAL_COLUMNS", "90", "NO_COLOR", "1"), false, 1));

    String shown = err.toString(UTF_8);
    assertThat(shown).contains("\r\u001b[K    second line\n").contains("100/100 steps");
    assertThat(shown).endsWith("\r\u001b[K    done in 2.5 s\n");
  }

  @Test
  void quiet_showsFailuresOnly() {
    ProgressDisplay display = display(Map.of(), true, 1);
    watch(display);
    assertThat(err.size()).isZero();

    display.stageFinished(failed("bad", "last words"));
    display.ended();

    assertThat(err.toString(UTF_8))
        .isEqualTo("failed: bad: it broke\n    its last lines:\n    | last words\n");
  }

  @Test
  void oneAtATime_doesNotRepeatTheLinesJustAbove() {
    ProgressDisplay display = display(Map.of(), false, 1);
    display.started(1);
    display.stageStarted("bad", "not run before", false);
    display.output("bad", "last words");
    display.stageFinished(failed("bad", "last words"));
    display.ended();

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            [1/1] bad: not run before
                last words
            [1/1] bad: failed after 0.1 s
            failed: bad: it broke
            """);
  }

  @Test
  void severalAtATime_keepsTheOutputOfEachTogetherAndTheFailureForTheEnd() {
    ProgressDisplay display = display(Map.of(), false, 2);
    display.started(4);
    display.stageStarted("a", "not run before", false);
    display.stageStarted("bad", "not run before", false);
    for (int i = 1; i <= 22; i++) {
      display.output("a", "a" + i);
      display.output("bad", "b" + i);
    }
    display.stageFinished(failed("bad", "b22"));
    display.stageFinished(
        new StageOutcome(
            "after",
            StageOutcome.Result.SKIPPED,
            "needs bad",
            Optional.empty(),
            0,
            Optional.empty()));
    display.stageFinished(done("a", 2.5));
    display.ended();

    String shown = err.toString(UTF_8);
    assertThat(shown).startsWith("[1/4] bad: failed after 0.1 s\n[3/4] a: done in 2.5 s");
    assertThat(shown).contains("    … 2 lines before these are in its log\n    a3\n    a4\n");
    assertThat(shown)
        .endsWith(
            """
                a22
            skipped, needs bad: after
            failed: bad: it broke
                its last lines:
                | b22
            """);
  }

  @Test
  void quickStagesOnATerminal_leaveTheLiveLineWhereItIs_andItsTimesFit() throws Exception {
    ProgressDisplay display = display(Map.of("FTPIPE_TERMINAL_COLUMNS", "40"), false, 1);
    display.started(1000);
    String name = "a_stage_with_a_name_of_more_than_40_columns";
    for (int i = 0; i < 6; i++) {
      display.stageFinished(done("s" + i, 0.01));
    }
    display.stageStarted(name, "not run before", false);
    for (int i = 0; i < 500 && err.size() == 0; i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    display.stageFinished(done("s7", 0.01));
    assertThat(err.toString(UTF_8))
        .matches("\r\\[6/1000] a_st[a-z_]*…, (0:0\\d, )?about 0:\\d\\d left\u001b\\[K")
        .hasSize(40 + 3);
    display.ended();
  }

  @Test
  void thousandQuickStages_doNotFillTheLog() {
    ProgressDisplay display = display(Map.of(), false, 1);
    display.started(1000);
    for (int i = 0; i < 1000; i++) {
      display.stageStarted("s" + i, "not run before", false);
      display.stageFinished(done("s" + i, i == 500 ? 7 : 0.01));
    }
    display.ended();

    assertThat(err.toString(UTF_8)).isEqualTo("[501/1000] s500: done in 7.0 s (not run before)\n");
  }

  private static StageOutcome done(String stage, double seconds) {
    return new StageOutcome(
        stage,
        StageOutcome.Result.RUN,
        "not run before",
        Optional.empty(),
        seconds,
        Optional.empty());
  }

  private static StageOutcome failed(String stage, String tail) {
    return new StageOutcome(
        stage,
        StageOutcome.Result.FAILED,
        "not run before",
        Optional.empty(),
        0.1,
        Optional.of(new StageOutcome.Failure("it broke", 1, List.of(tail))));
  }

  private static void watch(ProgressDisplay display) {
    display.started(1);
    display.stageStarted("train", "not run before", false);
    display.output("train", "first line");
    display.progress("train", new Progress(50, 100, "steps", "loss 0.9"));
    display.progress("train", new Progress(100, 100, "steps", "loss 0.5"));
    display.output("train", "second line");
    display.stageFinished(
        new StageOutcome(
            "train",
            StageOutcome.Result.RUN,
            "not run before",
            Optional.empty(),
            2.5,
            Optional.empty()));
  }

  private ProgressDisplay display(Map<String, String> environment, boolean quiet, int jobs) {
    PrintStream stream = new PrintStream(err, true, UTF_8);
    return new ProgressDisplay(Terminal.of(stream, stream, environment), quiet, false, jobs);
  }
}
