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
import org.junit.jupiter.api.Test;

final class ProgressDisplayTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void log_getsPlainLinesAndTheLastProgress() {
    watch(display(Map.of(), false));

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
    watch(display(Map.of("FTPIPE_TERMINAL_COLUMNS", "90", "NO_COLOR", "1"), false));

    String shown = err.toString(UTF_8);
    assertThat(shown).contains("\r\u001b[K    second line\n").contains("100/100 steps");
    assertThat(shown).endsWith("\r\u001b[K    done in 2.5 s\n");
  }

  @Test
  void quiet_showsFailuresOnly() {
    ProgressDisplay display = display(Map.of(), true);
    watch(display);
    assertThat(err.size()).isZero();

    display.stageFinished(
        new StageOutcome(
            "bad",
            StageOutcome.Result.FAILED,
            "not run before",
            Optional.empty(),
            0.1,
            Optional.of(new StageOutcome.Failure("it broke", 1, List.of("last words")))));

    assertThat(err.toString(UTF_8))
        .isEqualTo("failed: bad: it broke\n    its last lines:\n    | last words\n");
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

  private ProgressDisplay display(Map<String, String> environment, boolean quiet) {
    PrintStream stream = new PrintStream(err, true, UTF_8);
    return new ProgressDisplay(Terminal.of(stream, stream, environment), quiet, false);
  }
}
