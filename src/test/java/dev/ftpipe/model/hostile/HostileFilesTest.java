package dev.ftpipe.model.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.adapter.Adapter;
import dev.ftpipe.model.chat.ChatFormat;
import dev.ftpipe.model.chat.EndTokens;
import dev.ftpipe.model.gguf.GgufFile;
import dev.ftpipe.model.gguf.GgufImport;
import dev.ftpipe.model.gguf.TinyGguf;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.sft.Records;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.tensor.ShardedWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import dev.ftpipe.model.text.ChatTemplate;
import dev.ftpipe.model.text.Message;
import dev.ftpipe.model.text.Tokenizer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged files are an error message: no other exception, no huge allocation, no crash. */
final class HostileFilesTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path MODEL = RESOURCES.resolve("architectures/qwen3_biases");
  private static final Path ADAPTER = RESOURCES.resolve("variants/dora_rslora_patterns/start");
  private static final Map<String, String> SPECIAL =
      Map.of("bos_token", "<s>", "eos_token", "</s>");
  private static final List<Message> MESSAGES =
      List.of(new Message("user", "Who are you?"), new Message("assistant", "A model."));
  private static final int QUICK = 60;
  private static final int SLOW = 1450;

  @TempDir Path folder;

  /** What is damaged, and how it is read. */
  enum Kind {
    SAFETENSORS(MODEL.resolve("model.safetensors"), "model.safetensors"),
    GGUF(Path.of(""), "model.gguf"),
    TOKENIZER(RESOURCES.resolve("text/tiny-llama-tied/tokenizer.json"), "tokenizer.json"),
    CONFIG(MODEL.resolve("config.json"), "config.json"),
    ADAPTER_CONFIG(ADAPTER.resolve("adapter_config.json"), "adapter_config.json"),
    ADAPTER_WEIGHTS(ADAPTER.resolve("adapter_model.safetensors"), "adapter_model.safetensors"),
    INDEX(Path.of(""), "model.safetensors.index.json"),
    TOKENIZER_CONFIG(
        RESOURCES.resolve("text/tiny-llama-tied/tokenizer_config.json"), "tokenizer_config.json"),
    GENERATION_CONFIG(Path.of(""), "generation_config.json"),
    TEMPLATE(Path.of("src/main/resources/dev/ftpipe/model/text/llama2.jinja"), "mine.jinja"),
    RECORDS(Path.of(""), "records.jsonl");

    private final Path valid;
    private final String name;

    Kind(Path valid, String name) {
      this.valid = valid;
      this.name = name;
    }

    byte[] bytes(Path folder) throws IOException {
      return switch (this) {
        case GGUF -> Files.readAllBytes(TinyGguf.llama().write(folder.resolve("valid.gguf")));
        case INDEX -> shards(folder);
        case GENERATION_CONFIG ->
            "{\"bos_token_id\": 1, \"eos_token_id\": [2, 32007], \"top_p\": 0.9}"
                .getBytes(StandardCharsets.UTF_8);
        case RECORDS ->
            """
            {"prompt":"a","completion":"b \\u00e9"}
            {"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}
            {"input_ids":[1,2,3],"labels":[-100,2,3]}
            """
                .getBytes(StandardCharsets.UTF_8);
        default -> Files.readAllBytes(valid);
      };
    }

    /** Two shards; the index that names them. */
    private static byte[] shards(Path folder) throws IOException {
      List<TensorSpec> specs =
          List.of(
              new TensorSpec("a", DType.U8, List.of(64L)),
              new TensorSpec("b", DType.U8, List.of(64L)));
      try (ShardedWriter writer = ShardedWriter.create(folder, specs, 64)) {
        for (TensorSpec spec : specs) {
          writer.write(spec.name(), ByteBuffer.allocate(64));
        }
      }
      return Files.readAllBytes(folder.resolve("model.safetensors.index.json"));
    }

    /** Where the bytes begin that mean something by themselves. */
    int header(byte[] bytes) {
      return switch (this) {
        case SAFETENSORS, ADAPTER_WEIGHTS -> Math.min(bytes.length, 4000);
        default -> bytes.length;
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void damaged_isReadOrRefused(Kind kind) throws Exception {
    run(kind, 0, QUICK);
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Kind.class)
  void damaged_tenThousandTimes_isReadOrRefused(Kind kind) throws Exception {
    run(kind, QUICK, SLOW);
  }

  private void run(Kind kind, int from, int count) throws Exception {
    byte[] valid = kind.bytes(folder);
    if (kind == Kind.TOKENIZER_CONFIG) {
      Files.copy(Kind.TOKENIZER.valid, folder.resolve("tokenizer.json"));
    }
    Files.copy(ADAPTER.resolve("adapter_config.json"), folder.resolve("adapter_config.json"));
    Files.copy(
        ADAPTER.resolve("adapter_model.safetensors"), folder.resolve("adapter_model.safetensors"));
    Files.copy(Kind.TOKENIZER_CONFIG.valid, folder.resolve("tokenizer_config.json"));
    Path file = folder.resolve(kind.name);
    Files.write(file, valid);
    read(kind, file);
    int refused = 0;
    for (int seed = from; seed < from + count; seed++) {
      Files.write(file, new Mutation(seed).damage(valid, kind.header(valid)));
      try {
        read(kind, file);
      } catch (FtpipeException e) {
        assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(4000);
        refused++;
      } catch (Throwable e) {
        fail("%s, seed %d: %s".formatted(kind, seed, e), e);
      }
    }
    assertThat(refused).as("refused of %d", count).isGreaterThan(count / 10);
  }

  private void read(Kind kind, Path file) throws Exception {
    switch (kind) {
      case SAFETENSORS, INDEX -> {
        try (ModelTensors tensors = ModelTensors.open(folder)) {
          for (String name : tensors.names()) {
            assertThat(tensors.bytes(name).remaining()).isNotNegative();
          }
        }
      }
      case GGUF -> {
        Path model = folder.resolve("imported");
        AtomicFiles.deleteTree(model);
        try (GgufFile gguf = GgufFile.open(file)) {
          GgufImport.convert(gguf, model, Optional.empty(), (done, of) -> {});
        }
      }
      case TOKENIZER -> {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
          assertThat(tokenizer.encode("a word é", true)).isNotNull();
        }
      }
      case TOKENIZER_CONFIG -> {
        try (ChatFormat format = ChatFormat.open(folder, "model", Optional.empty())) {
          assertThat(format.encode(MESSAGES, true)).isNotNull();
          assertThat(format.endIds()).isNotNull();
        }
      }
      case GENERATION_CONFIG -> assertThat(EndTokens.ofGenerationConfig(folder)).isNotNull();
      case TEMPLATE ->
          assertThat(ChatTemplate.ofFile(file).render(MESSAGES, true, SPECIAL)).isNotNull();
      case CONFIG -> assertThat(LlamaConfig.read(folder).weights()).isNotEmpty();
      case ADAPTER_CONFIG, ADAPTER_WEIGHTS -> {
        try (Adapter adapter = Adapter.open(folder, "adapter");
            SafetensorsFile base =
                SafetensorsFile.open(RESOURCES.resolve("architectures/qwen3/model.safetensors"))) {
          adapter.checkFits(base);
          for (String module : adapter.modules()) {
            assertThat(adapter.weights(module).rank()).isPositive();
            assertThat(adapter.config().scale(module)).isNotNaN();
          }
        }
      }
      case RECORDS -> Records.read(file, "records.jsonl", (record, where) -> {});
    }
  }

  @Test
  void tokenizer_of200Megabytes_isRefused() throws Exception {
    fill(folder.resolve("tokenizer.json"), "{\"model\":{\"vocab\":{", "\"a\":1,", 200_000_000);
    refused(() -> Tokenizer.open(folder), "tokenizer.json: has 200");
  }

  @Test
  void tokenizer_nestedTenThousandDeep_isRefused() throws Exception {
    fill(folder.resolve("tokenizer.json"), "{\"model\":", "[", 10_000);
    refused(() -> Tokenizer.open(folder), "tokenizer.json: not valid JSON");
  }

  @Test
  void records_lineOf50Megabytes_isRefused() throws Exception {
    Path file = folder.resolve("train.jsonl");
    fill(file, "{\"input_ids\":[", "1234,", 50_000_000);
    refused(
        () -> Records.read(file, "train.jsonl", (record, where) -> {}),
        "train.jsonl:1: the line is longer than 16 MiB");
  }

  private void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message)
      throws IOException {
    Files.copy(
        RESOURCES.resolve("text/tiny-llama-tied/tokenizer_config.json"),
        folder.resolve("tokenizer_config.json"));
    assertThatThrownBy(call)
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message)
        .message()
        .hasSizeLessThan(2000);
  }

  private static void fill(Path file, String start, String piece, int bytes) throws IOException {
    byte[] repeated = piece.repeat(4096).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(start.getBytes(StandardCharsets.UTF_8));
      for (long written = 0; written < bytes; written += repeated.length) {
        out.write(repeated);
      }
    }
  }
}
