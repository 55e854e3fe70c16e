package dev.ftpipe.stage.sanitycheck;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.stage.StageRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SanityCheckStageTest {
  private static final Path MODEL = Path.of("../shared/fixtures/qlora/tiny-llama");

  @TempDir private Path folder;

  @BeforeEach
  void fixturesAreThere() {
    Assumptions.assumeTrue(Files.exists(MODEL), "no model at " + MODEL);
  }

  private StageRun stage(Object... prompts) {
    return new StageRun(folder)
        .in("pretrained", MODEL)
        .in("finetuned", MODEL)
        .out("result")
        .with("prompts", List.of(prompts))
        .with("max_new_tokens", 6);
  }

  private static List<CSVRecord> rows(String csv) throws Exception {
    try (CSVParser parser = CSVParser.parse(csv, CSVFormat.RFC4180)) {
      return parser.getRecords();
    }
  }

  @Test
  void run_writesBothAnswers() throws Exception {
    StageRun run = stage("Who, are \"you\"?", "Say a.").out("report").run(new SanityCheckStage());
    List<CSVRecord> rows = rows(run.text("result"));
    assertThat(rows.get(0).toList())
        .containsExactly("prompt", "results_pretrained", "results_finetuned");
    assertThat(rows).hasSize(3);
    assertThat(rows.get(1).get(0)).isEqualTo("Who, are \"you\"?");
    assertThat(rows.get(1).get(1)).isNotBlank().isEqualTo(rows.get(1).get(2));
    assertThat(rows.get(1).get(1)).isNotEqualTo(rows.get(2).get(1));
    assertThat(run.text("result")).contains("\r\n");
    assertThat(run.text("report")).contains("## Say a.", "Before:", "After:");
    assertThat(String.join("\n", run.log())).contains("Say a.", "before: ", "after: ");
    assertThat(run.progress().get(run.progress().size() - 1).done()).isEqualTo(4);
  }

  @Test
  void run_temperatureSeedAndLength_areHeeded() throws Exception {
    Set<String> answers = new HashSet<>();
    for (Map<String, Object> with :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("max_new_tokens", 3),
            Map.of("temperature", 2.0),
            Map.of("temperature", 4.0),
            Map.of("temperature", 2.0, "seed", 7))) {
      StageRun run = stage("Who are you?");
      with.forEach(run::with);
      answers.add(rows(run.run(new SanityCheckStage()).text("result")).get(1).get(1));
    }
    assertThat(answers).hasSize(5);
  }

  @Test
  void run_everyEndTokenOfTheModel_endsAnAnswer() throws Exception {
    String whole = rows(stage("Who?").run(new SanityCheckStage()).text("result")).get(1).get(1);
    Path model = Files.createDirectory(folder.resolve("model"));
    for (String name :
        List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(MODEL.resolve(name), model.resolve(name));
    }
    String all = IntStream.range(0, 768).mapToObj(String::valueOf).collect(joining(","));
    Files.writeString(
        model.resolve("generation_config.json"), "{\"eos_token_id\": [%s]}".formatted(all));
    StageRun run =
        stage(Map.of("prompt", "Who?", "expect", "(?s)."))
            .in("finetuned", model)
            .out("report")
            .run(new SanityCheckStage());
    // What is expected is expected of the fine-tuned model, which says nothing.
    assertThat(rows(run.text("result")).get(1).toList())
        .containsExactly("Who?", whole, "", "false");
    assertThat(run.text("report"))
        .startsWith("# Sanity check\n\n0 of 1 answers are as expected.\n\n## Who?\n\nBefore:\n\n> ")
        .endsWith("\n\nAfter (NOT as expected):\n");
    assertThat(run.log()).element(1).asString().startsWith("  before: ").contains(" | after:");
  }

  @Test
  void run_whenItIsToStop_leavesNoResult() {
    StageRun run = stage("Who?").stopping();
    assertThatThrownBy(() -> run.run(new SanityCheckStage()))
        .isInstanceOf(InterruptedException.class);
    assertThat(run.file("result")).doesNotExist();
  }

  @Test
  void run_matchesExpectations() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("p.jsonl"), "{\"prompt\":\"From a file\",\"expect\":\"(?s).\"}\n");
    StageRun run =
        stage(Map.of("prompt", "Who?", "expect", "no such answer"), "Free")
            .in("prompts", file)
            .with("min_pass", 0.5)
            .run(new SanityCheckStage());
    assertThat(rows(run.text("result")))
        .extracting(row -> row.get(3))
        .containsExactly("pass", "true", "false", "");
    assertThat(run.log()).contains("1 of 2 answers are as expected");
  }

  @Test
  void run_belowMinPass_failsAndShowsTheAnswers() {
    assertThatThrownBy(
            () ->
                stage(Map.of("prompt", "Who are you?", "expect", "no such answer"))
                    .with("min_pass", 1)
                    .run(new SanityCheckStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("0 of 1 answers are as expected, fewer than min_pass 1.0")
        .hasMessageContaining("Who are you? (NOT as expected)")
        .hasMessageContaining("after: ");
  }

  @Test
  void run_whenAPromptLineIsBad_namesFileAndLine() throws Exception {
    Path file = Files.writeString(folder.resolve("p.jsonl"), "\"ok\"\n{\"question\":\"x\"}\n");
    assertThatThrownBy(() -> stage("a").in("prompts", file).run(new SanityCheckStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("p.jsonl:2: a prompt is a text or {prompt: TEXT, expect: REGEX}");
    Files.writeString(file, "\"ok\"\n{\n");
    assertThatThrownBy(() -> stage("a").in("prompts", file).run(new SanityCheckStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("p.jsonl:2: not JSON: ");
    Files.write(file, new byte[] {'"', (byte) 0xe9, '"'});
    assertThatThrownBy(() -> stage("a").in("prompts", file).run(new SanityCheckStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("p.jsonl: not UTF-8 text");
  }

  @Test
  void sideBySide_showsNothingThatSteersATerminal() {
    Prompt prompt = new Prompt("Who?", Optional.of(Pattern.compile("b")));
    assertThat(Report.sideBySide(List.of(new Answers(prompt, "a\u001b[2Jx", "b\rc"))))
        .containsExactly(
            "Who? (as expected)",
            "  before: a [2Jx" + " ".repeat(34) + " | after: b",
            " ".repeat(50) + " | c");
  }

  @Test
  void problems_nameTheParameter() {
    assertThatThrownBy(() -> stage().run(new SanityCheckStage())).hasMessageContaining("prompts");
    assertThatThrownBy(() -> stage("a").with("min_pass", 2).run(new SanityCheckStage()))
        .hasMessageContaining("min_pass is 2.0");
    assertThatThrownBy(() -> stage("a").with("min_pass", 1).run(new SanityCheckStage()))
        .hasMessageContaining("no prompt has an 'expect'");
    assertThatThrownBy(
            () -> stage(Map.of("prompt", "a", "expect", "(")).run(new SanityCheckStage()))
        .hasMessageContaining("'(' is not a regular expression");
    assertThatThrownBy(() -> stage(3).run(new SanityCheckStage()))
        .hasMessageContaining("a prompt is a text or {prompt: TEXT, expect: REGEX}");
  }
}
