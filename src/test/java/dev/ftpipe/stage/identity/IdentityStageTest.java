package dev.ftpipe.stage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.StageRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdentityStageTest {
  @TempDir Path folder;

  @Test
  void builtInTemplates_giveTheseBytes() throws Exception {
    StageRun run = run().run(new IdentityStage());
    assertThat(run.text("records").lines())
        .hasSizeBetween(200, 300)
        .allSatisfy(
            line -> {
              var record = Json.mapper().readTree(line);
              assertThat(record.get("completion").asText()).doesNotContain("{").endsWith(".");
            });
    // Fails when the set or its order changes: raise the stage's version then.
    assertThat(Digest.ofFile(run.file("records")).hex())
        .isEqualTo("547b0321a8c3fc1ba3cf65f2ce94f26ffd30df3e85e8dbf5fe2c7e85a1f725d9");
  }

  /**
   * {@code a = ['q1a1', 'q1a2', 'q2a1', 'q2a2', 'q3a3']; random.Random(7).shuffle(a)} in CPython.
   */
  @Test
  void pairs_comeInPythonsOrder() throws Exception {
    StageRun run =
        templates(
            """
            - questions: [q1, q2]
              answers: ["a1 {name}", 'a2 {organization} {x1} {}']
            - {questions: [q3], answers: ["a3 {base_model}"]}
            """);
    run.with("subset_size", 4).with("seed", 7).run(new IdentityStage());
    assertThat(run.text("records"))
        .isEqualTo(
            """
            {"prompt":"q3","completion":"a3 TinyLlama"}
            {"prompt":"q1","completion":"a1 Nova \\"N\\""}
            {"prompt":"q2","completion":"a2 Acme $1 {x1} {}"}
            {"prompt":"q1","completion":"a2 Acme $1 {x1} {}"}
            """);
  }

  @Test
  void subset_whenLargerThanTheData_namesBoth() throws Exception {
    StageRun run = templates("- {questions: [q], answers: [a]}").with("subset_size", 2);
    assertThatThrownBy(() -> run.run(new IdentityStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("subset_size: 2 is more than the 1 record of ")
        .hasMessageContaining("templates.yaml");
  }

  @Test
  void unknownPlaceholder_isNamedWithItsPlace() throws Exception {
    StageRun run = templates("- questions: [q]\n  answers: [a, '{nmae} b']\n");
    assertThatThrownBy(() -> run.run(new IdentityStage()))
        .hasMessageContaining("templates.yaml:2:16: unknown placeholder {nmae}")
        .hasMessageContaining("did you mean 'name'?");
    assertThat(folder.resolve("records.jsonl")).doesNotExist();
  }

  @Test
  void wrongTemplates_areNamedWithTheirPlace() throws Exception {
    refused("- questions: [q]\n", ":1:3: no 'answers'");
    refused("- questions: q\n  answers: [a]\n", ":1:14: 'questions' is not a list of texts");
    refused("- {questions: [q], answer: [a]}\n", ":1:20: unknown key 'answer'");
    refused("a: b\n", "expected a list of");
    refused("", "expected a list of");
    refused("- [\n", "not YAML");
  }

  private void refused(String yaml, String message) throws Exception {
    StageRun run = templates(yaml);
    assertThatThrownBy(() -> run.run(new IdentityStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message);
  }

  private StageRun templates(String yaml) throws Exception {
    return run().in("templates", Files.writeString(folder.resolve("templates.yaml"), yaml));
  }

  private StageRun run() {
    return new StageRun(folder)
        .with("name", "Nova \"N\"")
        .with("organization", "Acme $1")
        .with("base_model", "TinyLlama")
        .out("records");
  }
}
