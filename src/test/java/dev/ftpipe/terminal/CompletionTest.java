package dev.ftpipe.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ftpipe.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shells themselves make of their scripts. */
@Tag("slow")
final class CompletionTest {
  @TempDir Path temporary;
  private Path bin;

  @BeforeEach
  void install() throws IOException {
    bin = Installed.in(temporary.resolve("home")).home().resolve("bin");
  }

  private String shell(String... command) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", command[0])),
        "needs " + command[0] + ": install the package of that name");
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", temporary.toString());
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return said;
  }

  /** As bash calls it when somebody has typed these words and presses the tab key. */
  private String bash(String words, String last) throws Exception {
    return shell(
        "bash",
        "-c",
        "source <(ftpipe completion bash); COMP_WORDS=("
            + words
            + " '"
            + last
            + "'); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=\"${COMP_WORDS[*]}\";"
            + " _complete_ftpipe 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"");
  }

  @Test
  void bash_completesCommandsOptionsAndFiles() throws Exception {
    assertThat(bash("ftpipe", "re").lines()).contains("repro", "remote", "report");
    assertThat(bash("ftpipe repro", "--ke").lines()).containsExactly("--keep-going");
    assertThat(bash("ftpipe runs", "di").lines()).containsExactly("diff");
    assertThat(bash("ftpipe completion", "fi").lines()).containsExactly("fish");
  }

  @Test
  void fish_completesCommandsOptionsAndFiles() throws Exception {
    assertThat(fish("ftpipe re")).contains("repro\t", "remote\t", "report\t");
    assertThat(fish("ftpipe repro --ke")).startsWith("--keep-going\t");
    assertThat(fish("ftpipe runs di")).startsWith("diff\t");
    Files.createFile(temporary.resolve("unusual.csv"));
    assertThat(fish("ftpipe add unus")).startsWith("unusual.csv");
  }

  private String fish(String line) throws Exception {
    return shell("fish", "-N", "-c", "ftpipe completion fish | source; complete -C '" + line + "'");
  }

  @Test
  void zsh_completesACommandThatIsTyped() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "needs zsh: install the package");
    String prepare =
        "export HOME='"
            + temporary
            + "' PATH='"
            + bin
            + "':$PATH; autoload -Uz compinit; compinit -u; source <(ftpipe completion zsh);"
            + " PS1='ready> '";
    Tmux tmux = new Tmux(temporary, 100, 30);

    assertThat(tmux.typed("zsh -f", prepare, "ready>", "ftpipe stat\t", "ftpipe status"))
        .contains("ready> ftpipe status");
    assertThat(tmux.typed("zsh -f", prepare, "ready>", "ftpipe repro --kee\t", "--keep-going"))
        .contains("ready> ftpipe repro --keep-going");
  }
}
