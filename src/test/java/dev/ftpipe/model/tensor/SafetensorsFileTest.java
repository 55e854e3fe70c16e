package dev.ftpipe.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    Path file = folder.resolve("a.safetensors");
    var specs =
        List.of(
            new TensorSpec("b", DType.F32, List.of(2L, 2L)),
            new TensorSpec("empty", DType.F16, List.of(0L, 7L)),
            new TensorSpec("a", DType.BF16, List.of(3L)));
    try (var writer = SafetensorsWriter.create(file, specs, Map.of("format", "pt"))) {
      writer.write("b", Floats.fromFloats(new float[] {1, 2}, DType.F32));
      writer.write("b", Floats.fromFloats(new float[] {3, 4}, DType.F32));
      writer.write("a", Floats.fromFloats(new float[] {-1, 0.5f, 7}, DType.BF16));
    }
    try (var read = SafetensorsFile.open(file)) {
      assertThat(read.names()).containsExactlyInAnyOrder("b", "empty", "a");
      assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(read.info("b")).isEqualTo(new TensorInfo("b", DType.F32, List.of(2L, 2L), 0, 16));
      assertThat(read.floats("b")).containsExactly(1, 2, 3, 4);
      assertThat(read.floats("a")).containsExactly(-1, 0.5f, 7);
      assertThat(read.floats("empty")).isEmpty();
      assertThat(read.bytes("b", 8, 4).getFloat()).isEqualTo(3);
      assertThatThrownBy(() -> read.bytes("b", 12, 8))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> read.info("c"))
          .isInstanceOf(FtpipeException.class)
          .hasMessageContainingAll("a.safetensors", "no tensor 'c'");
    }
  }

  @Test
  void close_whenATensorIsMissing_removesTheFileAndFails() throws IOException {
    Path file = folder.resolve("a.safetensors");
    var writer =
        SafetensorsWriter.create(
            file, List.of(new TensorSpec("a", DType.U8, List.of(3L))), Map.of());
    writer.write("a", ByteBuffer.wrap(new byte[2]));
    assertThatThrownBy(writer::close).hasMessageContaining("before tensor a is complete");
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]}} | 12 | span 12 bytes, expected 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 7 | cut short",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 9 | end at byte 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | 8 | not a begin and an end",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}} | 8 | data_offsets holds -8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}} | 8 | shape holds 2.5",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}} | 8 | shape is missing",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}} | 8 | overflows",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1152921504606846976],\"data_offsets\":[0,8]}} | 8 | span 8 bytes, expected 4611686018427387904",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4,0],\"data_offsets\":[0,0]}} | 0 | overflows",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[9223372036854775799,9223372036854775807]}} | 8 | a gap",
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}} | 8 | dtype \"F8_E4M3\", expected one of",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[2,8]}} | 8 | tensor 'b' begins at byte 2, inside",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}} | 8 | a gap",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}} | 8 | Duplicate field 'a'",
        "{\"a\": | 0 | not valid JSON",
        "[1] | 0 | not a JSON object",
      })
  void open_whenTheHeaderLies_saysWhere(String header, int dataBytes, String message)
      throws IOException {
    assertThatThrownBy(() -> SafetensorsFile.open(file(header.length(), header, dataBytes)))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll("bad.safetensors", message);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, claims 18446744073709551615 bytes",
    "25000001, more than the permitted 25000000",
    "4611686018427387904, more than the permitted",
    "1000, the file has only 10"
  })
  void open_whenTheLengthLies_saysSo(long length, String message) throws IOException {
    assertThatThrownBy(() -> SafetensorsFile.open(file(length, "{}", 0)))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void open_whenTheHeaderIsNestedTenThousandDeep_isRefused() throws IOException {
    String header = "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
    assertThatThrownBy(() -> SafetensorsFile.open(file(header.length(), header, 0)))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll("bad.safetensors", "nesting depth", "fetch or write it again");
  }

  @Test
  void open_whenItIsAGitLfsPointer_saysSo() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
    assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("git lfs pull");
  }

  private Path file(long length, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("bad.safetensors");
    Files.write(
        file,
        ByteBuffer.allocate(8 + json.length + dataBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length)
            .put(json)
            .array());
    return file;
  }
}
