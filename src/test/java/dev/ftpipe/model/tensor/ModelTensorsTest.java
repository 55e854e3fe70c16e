package dev.ftpipe.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelTensorsTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  @TempDir Path folder;

  @BeforeEach
  void twoShards() throws IOException {
    var specs =
        List.of(
            new TensorSpec("a", DType.F32, List.of(2L)),
            new TensorSpec("b", DType.F32, List.of(3L)),
            new TensorSpec("c", DType.F32, List.of(1L)));
    try (var writer = ShardedWriter.create(folder, specs, 12)) {
      writer.write("a", Floats.fromFloats(new float[] {1, 2}, DType.F32));
      writer.write("b", Floats.fromFloats(new float[] {3, 4, 5}, DType.F32));
      writer.write("c", Floats.fromFloats(new float[] {6}, DType.F32));
    }
  }

  @Test
  void open_shards_findsEveryTensor() throws IOException {
    assertThat(folder.resolve("model-00003-of-00003.safetensors")).exists();
    assertThat(folder.resolve(ModelTensors.INDEX)).content().contains("\"total_size\" : 24");
    try (var tensors = ModelTensors.open(folder)) {
      assertThat(tensors.names()).containsExactly("a", "b", "c");
      assertThat(tensors.floats("b")).containsExactly(3, 4, 5);
    }
  }

  @Test
  void open_whenAShardIsMissing_namesIt() throws IOException {
    Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
    assertThatThrownBy(() -> ModelTensors.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("its shard model-00002-of-00003.safetensors is not in the folder");
  }

  @Test
  void open_whenATensorIsNotInItsShard_namesBoth() throws IOException {
    Path index = folder.resolve(ModelTensors.INDEX);
    Files.writeString(index, Files.readString(index).replace("\"a\"", "\"z\""));
    assertThatThrownBy(() -> ModelTensors.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("tensor 'z' is not in model-00001-of-00003.safetensors");
  }

  @Test
  void open_whenTwoShardsHaveATensor_namesThem() throws IOException {
    try (var writer =
        SafetensorsWriter.create(
            folder.resolve("model-00003-of-00003.safetensors"),
            List.of(
                new TensorSpec("a", DType.F32, List.of(2L)),
                new TensorSpec("c", DType.F32, List.of(1L))),
            Map.of())) {
      writer.write("a", Floats.fromFloats(new float[] {7, 8}, DType.F32));
      writer.write("c", Floats.fromFloats(new float[] {6}, DType.F32));
    }
    assertThatThrownBy(() -> ModelTensors.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(
            "tensor 'a' is said to be in model-00001-of-00003.safetensors, but"
                + " model-00003-of-00003.safetensors has one of that name, too");
  }

  @Test
  void open_whenOnlyPyTorchsFormatIsThere_saysWhatToDo() throws IOException {
    Path pickled = Files.createDirectory(folder.resolve("pickled"));
    Files.write(pickled.resolve("pytorch_model.bin"), new byte[] {'P', 'K', 3, 4});
    assertThatThrownBy(() -> ModelTensors.open(pickled))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll("PyTorch's own format", "save_pretrained");
  }

  @Test
  void open_whenTheIndexReachesOutside_refuses() throws IOException {
    Files.writeString(
        folder.resolve(ModelTensors.INDEX), "{\"weight_map\":{\"a\":\"../x.safetensors\"}}");
    assertThatThrownBy(() -> ModelTensors.open(folder))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(
            "\"../x.safetensors\", expected the name of a .safetensors file beside the index");
  }

  @Test
  void open_whenNothingIsThere_namesBothPossibilities() {
    assertThatThrownBy(() -> ModelTensors.open(folder.resolve("none")))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json");
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llama/model.safetensors",
    "forward-tiny-llama.safetensors",
    "nf4.safetensors",
    "optimizers.safetensors"
  })
  void write_whatTheReferenceWrote_givesItsBytes(String name) throws IOException {
    Path reference = FIXTURES.resolve(name);
    Assumptions.assumeTrue(Files.exists(reference), "no fixture " + reference);
    Path copy = folder.resolve("copy.safetensors");
    try (var read = SafetensorsFile.open(reference)) {
      List<TensorSpec> specs = new ArrayList<>();
      read.names().forEach(tensor -> specs.add(read.info(tensor).spec()));
      try (var writer = SafetensorsWriter.create(copy, specs, read.metadata())) {
        for (String tensor : read.names()) {
          writer.write(tensor, read.bytes(tensor));
        }
      }
      if (read.metadata().size() <= 1) {
        assertThat(copy).hasSameBinaryContentAs(reference);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5GB, 5000000000",
    "500MiB, 524288000",
    "1.5 kb, 1500",
    "77, 77",
    "0, -1",
    "5 apples, -1"
  })
  void parse_sizes_asTransformersDoes(String text, long bytes) {
    assertThat(ShardSize.parse(text).orElse(-1)).isEqualTo(bytes);
  }
}
