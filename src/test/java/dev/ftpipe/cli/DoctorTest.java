package dev.ftpipe.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.Installed;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} on machines and in projects in which something is broken. */
@Tag("slow")
final class DoctorTest {
  @TempDir Path temporary;
  private Installed installed;
  private Path project;

  @BeforeEach
  void install() throws IOException {
    installed = Installed.in(temporary.resolve("home"));
    project = Files.createDirectories(temporary.resolve("project"));
    Files.writeString(project.resolve("pipeline.yaml"), "stages: {a: {cmd: 'true'}}\n");
  }

  /**
   * What it found: {@code level: found} by name.
   *
   * @param exitCode that it has to end with
   */
  private Map<String, String> doctor(int exitCode, Map<String, String> environment)
      throws Exception {
    ProcessBuilder command = installed.command(project, "doctor", "--json");
    command.environment().putAll(environment);
    Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    JsonNode said =
        Json.mapper().readTree(new String(process.getInputStream().readAllBytes(), UTF_8));
    assertThat(process.waitFor()).as(said.toString()).isEqualTo(exitCode);
    Map<String, String> findings = new HashMap<>();
    for (JsonNode each : said.path("checks")) {
      findings.put(
          each.path("name").asText(),
          each.path("level").asText() + ": " + each.path("found").asText());
    }
    return findings;
  }

  @Test
  void whereAllWorks_nothingIsBroken() throws Exception {
    assertThat(doctor(0, Map.of()).values())
        .noneMatch(each -> each.startsWith("broken") || each.startsWith("wrong"));
  }

  @Test
  void aCacheThatIsNoFolder_isNamed() throws Exception {
    Files.createDirectories(project.resolve(".ftpipe"));
    Files.createFile(project.resolve(".ftpipe/cache"));

    assertThat(doctor(3, Map.of()).get("cache")).startsWith("broken: ").contains("is no folder");
  }

  @Test
  void aNativeLibraryThatCannotBeUnpacked_isNamed() throws Exception {
    Path file = Files.createFile(temporary.resolve("a file"));

    assertThat(
            doctor(3, Map.of("DJL_CACHE_DIR", file.toString(), "ENGINE_CACHE_DIR", file.toString()))
                .get("engine"))
        .startsWith("broken: ");
  }

  @Test
  void settingsThatAreWrong_areNamed_withTheirPlace() throws Exception {
    Files.createDirectories(project.resolve(".ftpipe"));
    Files.writeString(project.resolve(".ftpipe/config.yaml"), "cache: {dri: x}\n");

    assertThat(doctor(2, Map.of()).get("settings"))
        .startsWith("wrong: .ftpipe/config.yaml:1:9:")
        .contains("did you mean 'dir'");
  }

  @Test
  void withoutAGit_theRepositoryIsReadAllTheSame() throws Exception {
    Path bin = Files.createDirectories(temporary.resolve("bin"));
    for (String name : new String[] {"sh", "cat", "tput"}) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("/usr/bin", name));
    }
    Map<String, String> withoutGit = Map.of("PATH", bin.toString());

    assertThat(doctor(0, withoutGit).get("git"))
        .isEqualTo("note: no git program; no repository here");
    Files.createDirectories(project.resolve(".git"));
    assertThat(doctor(3, withoutGit).get("git")).startsWith("broken: ");
  }

  @Test
  void aFullDisk_isNamed() throws Exception {
    Path disk = Files.createDirectories(temporary.resolve("disk"));
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString())
                .start()
                .waitFor()
            == 0,
        "needs the right to mount a tmpfs");
    try {
      Files.copy(project.resolve("pipeline.yaml"), disk.resolve("pipeline.yaml"));
      Files.write(disk.resolve("fill"), new byte[40 << 10]);
      project = disk;

      Map<String, String> findings = doctor(3, Map.of());

      assertThat(findings.get("disk")).startsWith("broken: 0 MiB free");
      assertThat(findings.get("cache")).startsWith("broken: ").contains("No space left on device");
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }
}
