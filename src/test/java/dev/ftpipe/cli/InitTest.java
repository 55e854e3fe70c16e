package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new project, and what the doctor says of it. */
final class InitTest {
  @TempDir Path folder;

  @Test
  void init_makesAProject_onceOnly_andKeepsWhatIsThere() throws IOException {
    CommandLines project = new CommandLines(folder).write("params.yaml", "random_seed: 1\n");

    Result made = project.ftpipe("init");
    Result again = project.ftpipe("init");

    assertThat(made.exitCode()).isZero();
    assertThat(made.out().lines()).contains("pipeline.yaml", "data/raw/examples.jsonl");
    assertThat(made.err()).contains("params.yaml is there already");
    assertThat(project.read("params.yaml")).isEqualTo("random_seed: 1\n");
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("is a project already");
  }

  @Test
  void init_makesAProjectThatRuns_toItsEnd() throws IOException {
    CommandLines project = new CommandLines(folder.resolve("new"), PipelineSchemaTest.KINDS);
    Files.createDirectories(project.root);

    assertThat(project.ftpipe("init").err()).contains("next: ftpipe repro");
    Result repro = project.ftpipe("repro");

    assertThat(repro.exitCode()).as(repro.err()).isZero();
    assertThat(repro.err()).contains("4 run in");
    assertThat(project.read("data/final/train.jsonl")).contains("Juniper", "invoices");
    assertThat(project.ftpipe("status", "--exit-code").exitCode()).isZero();
  }

  @Test
  void init_withAModelElsewhere_orNone_saysSo() {
    CommandLines project = new CommandLines(folder);

    assertThat(project.ftpipe("init", "--model", "../m").err()).contains("is outside");
    assertThat(project.ftpipe("init", "--model", "m").err()).contains("config.json");
    assertThat(folder.resolve("pipeline.yaml")).doesNotExist();
  }

  @Test
  void init_withAModelAtAnAddress_fetchesAndPinsIt() throws IOException {
    Path model = Files.createDirectories(folder.resolve("elsewhere/my model@2"));
    Files.writeString(model.resolve("config.json"), "{}");
    CommandLines project = new CommandLines(folder.resolve("new"), PipelineSchemaTest.KINDS);
    Files.createDirectories(project.root);

    Result made = project.ftpipe("init", "--model", model.toUri().toString());
    Result lost =
        new CommandLines(folder, PipelineSchemaTest.KINDS)
            .ftpipe("init", "other", "--model", "file:///none/m@1");

    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out().lines()).endsWith("models/my_20model_2");
    assertThat(project.read("params.yaml")).contains("model: 'models/my_20model_2'");
    assertThat(project.read("pipeline.lock")).contains("models/my_20model_2");
    assertThat(lost.exitCode()).isNotZero();
    assertThat(lost.err()).contains("ftpipe add models/m --from file:///none/m@1");
  }

  @Test
  void doctor_saysWhatIsWrong_withAnExitCodeForIt() throws IOException {
    CommandLines project =
        new CommandLines(folder)
            .write("pipeline.yaml", "stages:\n  a: {cmd: 'true', outss: [x]}\n")
            .write(".ftpipe/config.yaml", "remotes: {far: {url: /nowhere/at/all}}\n");

    Result checked = project.ftpipe("doctor", "--json");

    JsonNode checks = checked.json().path("checks");
    assertThat(level(checks, "java")).isEqualTo("ok");
    assertThat(level(checks, "project")).isEqualTo("wrong");
    assertThat(level(checks, "engine")).isEqualTo("ok");
    assertThat(level(checks, "remote far")).isEqualTo("note");
    assertThat(checked.exitCode()).isEqualTo(2);
    assertThat(Files.exists(folder.resolve(".ftpipe/cache"))).isFalse();
  }

  private static String level(JsonNode checks, String name) {
    for (JsonNode check : checks) {
      if (check.path("name").asText().equals(name)) {
        return check.path("level").asText();
      }
    }
    return "absent";
  }
}
