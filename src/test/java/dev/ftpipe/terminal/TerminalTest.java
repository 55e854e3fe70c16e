package dev.ftpipe.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.Installed;
import dev.ftpipe.terminal.Tmux.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code repro} on terminals of several kinds. */
@Tag("slow")
final class TerminalTest {
  private static final String ESCAPE = "\u001b";

  @TempDir Path temporary;
  private Path folder;
  private String ftpipe;

  @BeforeEach
  void install() throws IOException {
    ftpipe = "'" + Installed.in(temporary.resolve("home")).program() + "'";
    folder = Files.createDirectories(temporary.resolve("project"));
  }

  private void stages(int count, String command) throws IOException {
    StringBuilder text = new StringBuilder("stages:\n  each:\n    foreach: [");
    for (int i = 1; i <= count; i++) {
      text.append(i == 1 ? "" : ", ").append(i);
    }
    text.append("]\n    do: {cmd: '").append(command).append("', outs: ['out/${item}']}\n");
    Files.writeString(folder.resolve("pipeline.yaml"), text);
  }

  private Recording record(String name, int columns, String command) throws Exception {
    return record(name, columns, command, Map.of());
  }

  private Recording record(
      String name, int columns, String command, Map<String, String> environment) throws Exception {
    return new Tmux(folder, columns, 30).record(name, ftpipe + " " + command, environment);
  }

  @Test
  void oneStage_showsItsOutputAsItComes_andWhatRunsBelow() throws Exception {
    stages(1, "echo first; sleep 1.5; echo second; sleep 1; echo x > out/${item}");

    Recording seen = record("one", 100, "repro");

    assertThat(seen.screenWith("first")).doesNotContain("second").contains("each@1");
    assertThat(seen.last()).contains("first\n", "second\n", "done in", "1 run in", "exit code 0");
    assertThat(seen.raw()).contains(ESCAPE + "[32m");
    assertThat(seen.last().lines().count()).isLessThan(8);
  }

  @Test
  void twentyStages_onANarrowTerminal_leaveALineEach_andNoRemainsOfTheLiveOne() throws Exception {
    stages(20, "sleep 0.3; echo x > out/${item}");

    Recording seen = record("twenty-narrow", 40, "repro -j 4");

    assertThat(seen.screens())
        .anyMatch(screen -> screen.contains("running") || screen.contains("/20"));
    assertThat(seen.last()).contains("20 run in", "exit code 0").doesNotContain("…");
    for (int i = 1; i <= 20; i++) {
      assertThat(seen.last()).contains("each@" + i + ": done");
    }
    assertThat(seen.last().lines()).allMatch(line -> line.length() <= 40);
  }

  @Test
  void aThousandStages_areNotAThousandLines() throws Exception {
    stages(1000, "echo x > out/${item}");

    Recording seen = record("thousand-wide", 200, "repro -j 4");

    assertThat(seen.screens())
        .anyMatch(screen -> screen.contains("/1000") || screen.contains("of 1,000"));
    assertThat(seen.last()).contains("1000 run in", "exit code 0");
    assertThat(seen.last().lines().count()).isLessThan(6);
  }

  @Test
  void aFailure_isTheLastThing_andFitsTheScreen() throws Exception {
    stages(3, "i=1; while [ $i -le 200 ]; do echo line $i; i=$((i+1)); done; exit 3");

    Recording seen = record("failure", 80, "repro -j 2");

    String screen = seen.screens().get(seen.screens().size() - 1);
    assertThat(screen).contains("failed: each@", "line 200", "exit code 1");
  }

  @Test
  void dumbTerminals_andThoseOfCi_getPlainLines() throws Exception {
    stages(2, "echo said; sleep 0.5; echo x > out/${item}");

    assertThat(record("dumb", 80, "repro", Map.of("TERM", "dumb")).raw()).doesNotContain(ESCAPE);
    assertThat(record("ci", 80, "repro --force", Map.of("CI", "true")).raw())
        .doesNotContain(ESCAPE + "[K");
  }

  @Test
  void noColor_hasTheLiveLine_andNoColor() throws Exception {
    stages(2, "sleep 0.7; echo x > out/${item}");

    Recording seen = record("no-color", 80, "repro", Map.of("NO_COLOR", "1"));

    assertThat(seen.raw()).contains(ESCAPE + "[K").doesNotContainPattern(ESCAPE + "\\[[0-9;]*m");
  }
}
