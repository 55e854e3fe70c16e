package dev.ftpipe.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.Installed;
import dev.ftpipe.store.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each page of the guide does what it says, word for word, in a fresh folder. */
@Tag("slow")
final class GuideTest {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath();
  private static final String MODEL = "hf://HuggingFaceTB/SmolLM2-135M-Instruct";

  @TempDir Path temporary;
  private Path folder;
  private String path;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void install() throws IOException {
    folder = Files.createDirectories(temporary.resolve("here"));
    Path bin = Installed.in(temporary.resolve("installed")).home().resolve("bin");
    path = bin + ":" + System.getenv("PATH");
  }

  /** What the shell said. */
  private String follow(String page, Map<String, String> here) throws Exception {
    return shell(Page.read(page).script(here));
  }

  private String shell(String script) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("PATH", path);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    for (String who : new String[] {"AUTHOR", "COMMITTER"}) {
      builder.environment().put("GIT_" + who + "_NAME", "A Reader");
      builder.environment().put("GIT_" + who + "_EMAIL", "reader@example.org");
    }
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString().replace("dot-dvc", ".dvc"));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  /** A project of its own under git, with results, as the pages for later take it for granted. */
  private void project() throws Exception {
    shell(
        """
        set -e
        git init -q -b main .
        ftpipe init
        ftpipe repro
        git add . && git commit -q -m project
        """);
  }

  @Test
  void firstRun_fromACloneToAnotherAnswer() throws Exception {
    String said = follow("first-run.md", Map.of("URL", REPOSITORY.toUri().toString()));

    assertThat(said).contains("ftpipe: built", "10 run in", "13 of 13 answers are as expected");
    assertThat(said).contains("I am Robin", "file:///");
  }

  /** The rest of the page takes what only a release has. */
  @Test
  void installing_schemasForAnEditor_inAProjectInWhichNothingRanYet() throws Exception {
    shell("ftpipe init .");
    follow("installing.md", Map.of());

    for (String schema : new String[] {"pipeline", "params", "task"}) {
      assertThat(folder.resolve(".ftpipe/" + schema + ".schema.json"))
          .content()
          .contains("json-schema.org");
    }
  }

  @Test
  void ownData() throws Exception {
    String said = follow("own-data.md", Map.of());

    assertThat(said).contains("4 run in", "split_examples: has to run", "val_size");
    assertThat(Files.readString(folder.resolve("my-assistant/data/final/train.jsonl")))
        .contains("At nine, every day.");
  }

  /** With the demo model, whose tokenizer no GGUF file can hold: the export is only planned. */
  @Test
  void ownModel() throws Exception {
    shell("git clone -q --depth 1 '" + REPOSITORY.toUri() + "' '" + temporary + "/clone'");
    String said =
        follow(
            "own-model.md",
            Map.of(
                MODEL,
                REPOSITORY.resolve("models/demo-chat-3m").toUri().toString(),
                "/path/to/clone",
                temporary.resolve("clone").toString(),
                "./ftpipe",
                "ftpipe",
                "ftpipe repro export",
                "ftpipe repro -n export"));

    assertThat(said).contains("7 run in", "answers are as expected", "export: ");
    Path project = folder.resolve("my-model");
    assertThat(project.resolve("models/adapter/adapter_model.safetensors")).isNotEmptyFile();
  }

  @Test
  void s3Remote_isFilledHere_andSharedThere() throws Exception {
    project();
    try (S3Server server = S3Server.start()) {
      environment.put("AWS_ACCESS_KEY_ID", S3Server.KEYS.id());
      environment.put("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secret());
      String said =
          follow(
              "s3-remote.md",
              Map.of(
                  "https://minio.example.org",
                  server.address().toString(),
                  "URL project && cd project",
                  "'" + folder + "' ../project && cd ../project"));
      assertThat(said).contains("verified", "Nothing to do: 4 unchanged");
    }
  }

  @Test
  void machinesThatOneHas_withThisOne() throws Exception {
    String said =
        shell(
            Page.read("cloud.md", "## A host over SSH")
                .script(Map.of("s3://bucket/prefix", temporary.resolve("remote").toString())));

    assertThat(said).contains("4 run in", "4 stages", "examples.jsonl");
    assertThat(folder.resolve("demo/data/final/train.jsonl")).isNotEmptyFile();
  }

  @Test
  void ci() throws Exception {
    project();
    String said = follow("ci.md", Map.of());

    assertThat(said).contains("4 reproduced in");
  }

  @Test
  void migrating_fromDvc() throws Exception {
    copy(Path.of("src/test/resources/dvc/project"), folder);
    copy(Path.of("src/test/resources/dvc/remote"), temporary.resolve("remote"));
    String said = follow("migrating.md", Map.of());

    assertThat(said).contains("Nothing to do: 6 unchanged");
  }
}
