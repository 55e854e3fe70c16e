package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.gguf.TinyGguf;
import dev.ftpipe.origin.HubServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base model straight from a server in the layout of the Hugging Face Hub. */
final class HubModelTest {
  private static final Path MODEL = Fixtures.qlora("tiny-llama");

  @TempDir private Path folder;
  private HubServer hub;

  @BeforeEach
  void start() throws IOException {
    hub = new HubServer();
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      hub.files.put(name, Files.readAllBytes(MODEL.resolve(name)));
    }
    hub.inLfs.put("model.safetensors", Files.readAllBytes(MODEL.resolve("model.safetensors")));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Program.Result repro(String from) throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        stages:
          base:
            uses: base_model
            with: {from: '%s'}
            out: {model: base}
        """
            .formatted(from));
    Program program = new Program(folder);
    for (var each : hub.environment().entrySet()) {
      program = program.with(each.getKey(), each.getValue());
    }
    return program.run("repro");
  }

  @Test
  void model_isFetchedAtItsCommit_andNothingElseOfTheRepository() throws Exception {
    hub.token = "hf_secret";
    for (String other :
        List.of("README.md", "pytorch_model.bin", "consolidated.safetensors", "onnx/config.json")) {
      hub.inLfs.put(other, new byte[] {1, 2, 3});
    }
    String pinned = "hf://acme/tiny@" + HubServer.COMMIT;
    Program.Result done = repro(pinned);
    assertThat(done.err()).contains(pinned + " is there at commit").doesNotContain("may move");
    assertThat(done.exitCode()).as(done.err()).isZero();
    for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      assertThat(folder.resolve("base").resolve(name)).hasSameBinaryContentAs(MODEL.resolve(name));
    }
    assertThat(hub.asked().stream().filter(path -> path.contains("/resolve/")).count())
        .isEqualTo(4);
    assertThat(folder.resolve(".ftpipe/state/scratch")).isEmptyDirectory();
    assertThat(Files.readString(folder.resolve("pipeline.lock"))).doesNotContain("hf_secret");

    int before = hub.asked().size();
    assertThat(repro(pinned).exitCode()).isZero();
    assertThat(hub.asked()).as("an unchanged stage asks nobody").hasSize(before);
  }

  @Test
  void ggufFileOfATag_isConverted_andTheTagIsSaidToMove() throws Exception {
    byte[] gguf = Files.readAllBytes(TinyGguf.llama().write(folder.resolve("tiny.gguf")));
    hub.inLfs.put("gguf/tiny.gguf", gguf);
    Program.Result done = repro("hf://acme/tiny/gguf/tiny.gguf@v1");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.err())
        .contains("may move; hf://acme/tiny/gguf/tiny.gguf@" + HubServer.COMMIT + " means these");
    assertThat(folder.resolve("base/model.safetensors")).exists();
  }

  @Test
  void bytesThatAreNotThoseOfTheRepository_areRefused() throws Exception {
    hub.instead.put(
        "model.safetensors", new byte[(int) Files.size(MODEL.resolve("model.safetensors"))]);
    failed(repro("hf://acme/tiny@v1"), "do not have the SHA-256", "nothing of it is kept");
    hub.instead.clear();
    assertThat(repro("hf://acme/tiny@v1").exitCode()).isZero();
  }

  @Test
  void whatCannotBeHad_isSaidWithWhatToDo() throws Exception {
    failed(repro("hf://acme/other@v1"), "cannot fetch acme/other@v1", "it is not there (404)");
    failed(repro("hf://acme/tiny@v9"), "acme/tiny@v9", "(404) (Invalid rev id: v9)");
    hub.inLfs.remove("model.safetensors");
    Program.Result done = repro("hf://acme/tiny@v1");
    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.err()).contains("hf://acme/tiny@v1: ").contains("model.safetensors");
    hub.gated = true;
    failed(repro("hf://acme/tiny@v1"), "not permitted (403) (Awaiting a review)", "get access");
    hub.token = "hf_other";
    Program.Result refused =
        new Program(folder)
            .with("HF_ENDPOINT", hub.environment().getOrDefault("HF_ENDPOINT", ""))
            .with("HOME", "/nowhere")
            .run("repro");
    failed(refused, "wants to know who asks (401)", "check its name", "set HF_TOKEN");
  }

  private static void failed(Program.Result result, String... sentences) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
    assertThat(result.err()).contains(sentences).doesNotContain("\tat ");
  }
}
