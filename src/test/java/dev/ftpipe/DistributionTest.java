package dev.ftpipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the distribution. */
final class DistributionTest {
  @TempDir Path temporary;
  private Installed installed;

  @BeforeEach
  void install() throws IOException {
    installed = Installed.in(temporary.resolve("a home with spaces"));
  }

  private record Run(int exitCode, String out, String err) {}

  private static Run run(ProcessBuilder command) throws Exception {
    // No Java but its own.
    command.environment().remove("JAVA_HOME");
    command.environment().put("PATH", "/usr/bin:/bin");
    Path err = Files.createTempFile("err", "");
    Process process = command.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    int exitCode = process.waitFor();
    String said = Files.readString(err);
    Files.delete(err);
    return new Run(exitCode, out, said);
  }

  @Test
  void version_isAnswered_throughALinkFromElsewhere() throws Exception {
    Path link = temporary.resolve("link");
    Files.createSymbolicLink(link, installed.program());

    Run run = run(new ProcessBuilder(link.toString(), "--version"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("ftpipe ");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void commands_keepFolderArgumentsAndExitCode_withoutALocale() throws Exception {
    Path project = Files.createDirectories(temporary.resolve("é project"));
    Files.writeString(
        project.resolve("pipeline.yaml"), "stages: {é: {cmd: echo é > a, outs: [a]}}\n");
    ProcessBuilder repro = installed.command(project, "repro", "é");
    repro.environment().put("LC_ALL", "C");

    assertThat(run(repro).exitCode()).isZero();
    assertThat(Files.readString(project.resolve("a"))).isEqualTo("é\n");
    assertThat(run(installed.command(project, "repro", "two words")).exitCode()).isEqualTo(2);
  }

  @Test
  void firstStart_inAFolder_makesTheArchiveOnce() throws Exception {
    Path app = installed.home().resolve("app");
    Files.delete(app.resolve("ftpipe.jsa.home"));
    Files.writeString(app.resolve("ftpipe.classes"), "java/lang/Object\n");

    Run first = run(installed.command(temporary, "--version"));
    Run second = run(installed.command(temporary, "--version"));

    assertThat(first.err()).contains("first start");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(Files.size(app.resolve("ftpipe.jsa"))).isPositive();
  }
}
