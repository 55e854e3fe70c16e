package dev.ftpipe.stage.basemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.gguf.TinyGguf;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaseModelStageTest {
  @TempDir Path folder;
  private Path gguf;
  private Path model;

  @BeforeEach
  void aModelFromAFile() throws Exception {
    gguf = TinyGguf.llama().write(folder.resolve("tiny.GGUF"));
    model = folder.resolve("model");
    run(gguf, model, "{}");
  }

  @Test
  void run_aGgufFile_givesTheSameBytesEachTime() throws Exception {
    StringBuilder digests = new StringBuilder();
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.sorted().toList()) {
        digests.append(file.getFileName()).append(' ').append(Digest.ofFile(file)).append('\n');
      }
    }
    // When this changes, raise the stage's version.
    assertThat(Digest.of(digests.toString()).brief())
        .as(digests.toString())
        .isEqualTo("f78306277ad5");
  }

  @Test
  void run_aFolder_copiesWhatBelongsToTheModel() throws Exception {
    Files.writeString(model.resolve("notes.txt"), "x");
    Path copy = folder.resolve("copy");
    run(model, copy, "{}");
    assertThat(copy.resolve("notes.txt")).doesNotExist();
    for (String name :
        List.of(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json")) {
      assertThat(copy.resolve(name)).hasSameBinaryContentAs(model.resolve(name));
    }
  }

  @Test
  void run_withADtype_convertsTensorsAndConfig() throws Exception {
    Path copy = folder.resolve("copy");
    Files.delete(model.resolve("generation_config.json"));
    run(model, copy, "{\"dtype\":\"float16\"}");
    try (ModelTensors tensors = ModelTensors.open(copy)) {
      assertThat(tensors.names())
          .allSatisfy(name -> assertThat(tensors.info(name).dtype()).isEqualTo(DType.F16));
    }
    assertThat(copy.resolve("config.json")).content().contains("\"torch_dtype\" : \"float16\"");
    assertThat(copy.resolve("generation_config.json")).content().contains("\"eos_token_id\" : 2");
  }

  @Test
  void run_aFolderWithoutAPart_saysWhich() throws IOException {
    for (String name :
        List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
      Path file = model.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      refused(model, name);
      Files.write(file, bytes);
    }
  }

  @Test
  void run_aFolderWhosePartsDoNotFit_saysWhichAndHow() throws IOException {
    Path config = model.resolve("config.json");
    String good = Files.readString(config);
    Files.writeString(config, good.replace("\"vocab_size\" : 512", "\"vocab_size\" : 100"));
    refused(model, "has shape [512, 16]; expected [100, 16] by config.json");
    Files.writeString(config, good.replace("\"vocab_size\" : 512", "\"vocab_size\" : \"many\""));
    refused(model, "vocab_size is \"many\"; expected a whole number");
    Files.writeString(
        config, good.replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 3"));
    refused(model, "no tensor 'model.layers.2.input_layernorm.weight'");
    Files.writeString(config, "[");
    refused(model, "config.json: not valid JSON");
    Files.writeString(config, good);
    Path generation = model.resolve("generation_config.json");
    String ends = Files.readString(generation);
    Files.writeString(generation, "{\"eos_token_id\": -1}");
    refused(model, "generation_config.json: eos_token_id is -1; expected a token id");
    Files.writeString(generation, ends);
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replaceFirst("\"id\" : 0", "\"id\" : 700"));
    refused(model, "tokenizer.json has ids up to 700, but the model has only 512");
  }

  @Test
  void run_neitherFolderNorFile_saysWhatIsExpected() throws IOException {
    refused(folder.resolve("nothing"), "no such file or folder");
    refused(Files.writeString(folder.resolve("model.bin"), "x"), "neither a model folder nor");
    refused(Files.writeString(folder.resolve("x.gguf"), "x"), "not a valid GGUF file");
  }

  @Test
  void bind_whatIsNotAParameter_isRefused() {
    var outcome = Parameters.bind(new BaseModelStage(), Parameters.defaults("{\"form\": \"x\"}"));
    assertThat(outcome.problems().get(0).message()).contains("did you mean 'from'?");
    outcome = Parameters.bind(new BaseModelStage(), Parameters.defaults("{\"dtype\": \"int8\"}"));
    assertThat(outcome.problems().get(0).message()).contains("one of float32, float16, bfloat16");
  }

  @Test
  void problems_ofWhereTheModelComesFrom_areSaid() {
    assertThat(problems("", Set.of("model"))).isEmpty();
    assertThat(problems("hf://acme/tiny@v1", Set.of())).isEmpty();
    assertThat(problems("hf://acme/tiny@refs/pr/1", Set.of())).isEmpty();
    assertThat(problems("", Set.of()))
        .first()
        .asString()
        .contains("needs 'model' in 'in', or 'from'");
    assertThat(problems("hf://acme/tiny@v1", Set.of("model")))
        .first()
        .asString()
        .contains("are two models; give one");
    assertThat(problems("hf://acme/tiny", Set.of()))
        .first()
        .asString()
        .contains("'hf://acme/tiny', which names no revision");
    assertThat(problems("s3://acme/tiny@v1", Set.of()))
        .first()
        .asString()
        .contains("expected hf://ORG/NAME@REVISION (what is elsewhere: ftpipe add PATH --from URL");
  }

  private static List<String> problems(String from, Set<String> inputs) {
    Optional<String> given = Optional.of(from).filter(text -> !text.isEmpty());
    return new BaseModelStage()
        .problems(new BaseModelStage.Options(given, Optional.empty()), inputs, Set.of("model"));
  }

  private void refused(Path input, String message) throws IOException {
    Path out = folder.resolve("refused");
    AtomicFiles.deleteTree(out);
    assertThatThrownBy(() -> run(input, out, "{}"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message);
  }

  private static void run(Path input, Path output, String with) throws Exception {
    BaseModelStage stage = new BaseModelStage();
    var options = Parameters.bind(stage, Parameters.defaults(with)).bound().orElseThrow();
    stage.run(new Call(options.value(), input, output));
  }

  /** A call of the stage without a pipeline. */
  private record Call(BaseModelStage.Options parameters, Path in, Path out)
      implements StageContext<BaseModelStage.Options> {
    @Override
    public List<Path> inputs(String port) {
      return List.of(in);
    }

    @Override
    public List<String> inputPorts() {
      return List.of("model");
    }

    @Override
    public Fetched fetch(String url, Predicate<String> wanted) {
      throw new AssertionError("nothing is to be fetched");
    }

    @Override
    public Optional<Path> optionalOutput(String port) {
      return Optional.of(out);
    }

    @Override
    public Path scratch() {
      return out.resolveSibling("scratch");
    }

    @Override
    public void progress(Progress progress) {
      assertThat(progress.done()).isBetween(1L, progress.total());
    }

    @Override
    public void log(String line) {
      assertThat(line).contains("parameters");
    }

    @Override
    public boolean stopRequested() {
      return false;
    }

    @Override
    public String display(Path path) {
      return path.toString();
    }
  }
}
