package dev.ftpipe.run.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way of hiding a project that this machine permits. */
final class HidingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void command_seesTheFolderThatIsShown_asItself_andWithItsTools(Hiding way) throws Exception {
    Path project = Files.createDirectories(folder.toRealPath().resolve("the project"));
    Path shown = Files.createDirectories(project.resolve("box/tree"));
    Path tool = Files.createDirectories(project.resolve("tools"));
    Files.writeString(project.resolve("secret"), "secret");
    Files.writeString(tool.resolve("tool"), "tool");
    Files.createDirectories(shown.resolve("tools"));
    Files.writeString(shown.resolve("input"), "input");
    assumeTrue(permits(way, shown, project), way + " is not permitted here");

    Path seen = way == Hiding.NONE ? shown : project;
    Hiding.View view = new Hiding.View(shown, project, seen, List.of(tool));
    String command =
        "pwd; cat input; cat tools/tool '%s/secret'; echo \"it's\" > made; id -u; exit 7"
            .formatted(project);
    Process process = new ProcessBuilder(way.wrap(view, command)).directory(shown.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(7);
    Object user = Files.getAttribute(shown.resolve("made"), "unix:uid");
    String visible = way == Hiding.NONE ? "secret" : "tool";
    assertThat(out).isEqualTo(seen + "\ninput" + visible + user + "\n");
    assertThat(shown.resolve("made")).hasContent("it's");
    assertThat(project.resolve("made")).doesNotExist();
  }

  private static boolean permits(Hiding way, Path shown, Path project) throws IOException {
    try {
      Hiding.View view = new Hiding.View(shown, project, project, List.of());
      Process trial = new ProcessBuilder(way.wrap(view, "true")).start();
      return trial.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
