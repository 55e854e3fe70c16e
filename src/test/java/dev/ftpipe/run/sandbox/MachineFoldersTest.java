package dev.ftpipe.run.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders of a project belong to the machine. */
final class MachineFoldersTest {
  @TempDir Path project;

  @Test
  void folderOnThePath_isOne_withThePythonEnvironmentAroundIt() throws IOException {
    Path venv = project.resolve(".venv");
    Files.createDirectories(venv.resolve("bin"));
    Files.createFile(venv.resolve("pyvenv.cfg"));
    Path tools = Files.createDirectories(project.resolve("tools"));
    String path = venv.resolve("bin") + ":/usr/bin::" + tools + ":" + project + ":" + tools + "/no";
    assertThat(MachineFolders.of(project, Map.of("PATH", path))).containsExactly(venv, tools);
    assertThat(MachineFolders.of(project, Map.of("VIRTUAL_ENV", venv.toString())))
        .containsExactly(venv);
  }

  @Test
  void folderOnThePath_canBeUsedInASandbox() throws Exception {
    Path root = project.toRealPath();
    Path tool = Files.createDirectories(root.resolve("bin")).resolve("tool");
    Files.writeString(tool, "#!/bin/sh\necho used\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    String path = tool.getParent() + ":" + System.getenv("PATH");
    try (Sandbox sandbox = Sandbox.make(root.resolve("box"), root, Map.of("PATH", path))) {
      sandbox.seal();
      Process process = sandbox.process("tool; bin/tool", ".").start();
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
          .isEqualTo("used\nused\n");
      assertThat(sandbox.inspect(List.of())).isEmpty();
    }
  }
}
