package dev.ftpipe.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GgufFileTest {
  @TempDir Path folder;

  @Test
  void open_readsMetadataAndTensors() throws IOException {
    TinyGguf gguf = new TinyGguf();
    gguf.metadata.put("text", "hé");
    gguf.metadata.put("number", 7);
    gguf.metadata.put("real", 1e-5f);
    gguf.metadata.put("flag", true);
    gguf.metadata.put("list", List.of("a", "b"));
    gguf.f32("t", 4, 2);
    try (GgufFile file = GgufFile.open(gguf.write(folder.resolve("a.gguf")))) {
      assertThat(file.metadata().text("text")).contains("hé");
      assertThat(file.metadata().number("number")).hasValue(7);
      assertThat(file.metadata().real("real")).hasValue(1e-5);
      assertThat(file.metadata().bool("flag")).contains(true);
      assertThat(file.metadata().texts("list")).contains(List.of("a", "b"));
      assertThat(file.metadata().text("none")).isEmpty();
      assertThat(file.find("t").orElseThrow().shape()).containsExactly(2L, 4L);
      assertThatThrownBy(() -> file.metadata().text("number"))
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining("metadata 'number' is 7, expected a text");
    }
  }

  @Test
  void open_whenItIsNoGguf_saysSo() throws IOException {
    refused(gguf -> gguf.magic = 1, "does not begin with 'GGUF'");
    refused(gguf -> gguf.version = 1, "its version is 1, expected 2 or 3");
    refused(gguf -> gguf.version = Integer.reverseBytes(3), "big-endian");
  }

  @Test
  void open_whenATensorLies_saysWhich() throws IOException {
    refused(gguf -> put(gguf, 0, 1 << 20, 0), "tensor 'x' lies at 1048576 and has 32 bytes");
    refused(gguf -> put(gguf, 0, -32, 0), "tensor 'x' lies at 18446744073709551584");
    refused(gguf -> put(gguf, 0, 4, 64), "not aligned to 32");
    refused(gguf -> put(gguf, 13, 0, 64), "the type Q5_K is not supported");
    refused(gguf -> put(gguf, 999, 0, 64), "the type number 999 is not supported");
    refused(gguf -> put(gguf, 2, 0, 64), "does not fit Q4_0");
    refused(
        gguf ->
            gguf.tensors.put(
                "x", new TinyGguf.Tensor(0, new long[] {1L << 40, 1L << 40}, new byte[32], 0)),
        "overflows 64 bits");
    refused(
        gguf -> gguf.tensors.put("x", new TinyGguf.Tensor(0, new long[5], new byte[32], 0)),
        "5 dimensions, expected 1 to 4");
    refused(gguf -> put(gguf, 0, 0, 64), "tensor 'x' lies inside tensor 't'");
    refused(gguf -> gguf.metadata.put("general.alignment", 12), "general.alignment is 12");
    refused(gguf -> gguf.metadata.put("general.alignment", 0), "general.alignment is 0");
    refused(gguf -> gguf.metadata.put("general.alignment", 3), "general.alignment is 3");
    refused(
        gguf -> gguf.metadata.put("general.alignment", Integer.MIN_VALUE), "general.alignment is");
  }

  private static void put(TinyGguf gguf, int type, long offset, int room) {
    gguf.tensors.put("x", new TinyGguf.Tensor(type, new long[] {8}, new byte[32 + room], offset));
  }

  private void refused(Consumer<TinyGguf> change, String message) throws IOException {
    TinyGguf gguf = new TinyGguf();
    gguf.metadata.put("k", "v");
    gguf.f32("t", 4);
    change.accept(gguf);
    Path file = gguf.write(folder.resolve("bad.gguf"));
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll("bad.gguf", message);
  }

  @Test
  void open_whenACountLies_allocatesNothing() throws IOException {
    Path file = new TinyGguf().write(folder.resolve("counts.gguf"));
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {8, 16}) {
      for (long count : new long[] {-1, Long.MAX_VALUE, 1L << 60, 100}) {
        byte[] lying = bytes.clone();
        ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(at, count);
        Files.write(file, lying);
        assertThatThrownBy(() -> GgufFile.open(file))
            .isInstanceOf(FtpipeException.class)
            .hasMessageContaining(Long.toUnsignedString(count) + ", more than the");
      }
    }
  }

  @Test
  void open_whenATextOrANameLies_allocatesNothing() throws IOException {
    TinyGguf gguf = new TinyGguf();
    gguf.metadata.put("aaaa", "text");
    gguf.metadata.put("bbbb", "text");
    gguf.f32("tttt", 4);
    gguf.f32("uuuu", 4);
    byte[] valid = Files.readAllBytes(gguf.write(folder.resolve("valid.gguf")));
    changed(valid, "bbbb", "aaaa", "metadata 'aaaa' is there twice");
    changed(valid, "uuuu", "tttt", "tensor 'tttt' is there twice");
    changed(valid, "text", "t\u00ff\u00ffx", "is not valid UTF-8");
    for (long length : new long[] {1L << 60, Long.MIN_VALUE, -1}) {
      byte[] lying = valid.clone();
      ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(24, length);
      refused(lying, Long.toUnsignedString(length) + ", more than the");
    }
  }

  /** Other characters in the place of the first ones of that kind, as bytes of Latin-1. */
  private void changed(byte[] valid, String from, String to, String message) throws IOException {
    String text = new String(valid, java.nio.charset.StandardCharsets.ISO_8859_1);
    refused(
        text.replaceFirst(from, to).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
        message);
  }

  private void refused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("bad.gguf"), bytes);
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void open_whenAListLies_saysWhich() throws IOException {
    TinyGguf gguf = new TinyGguf();
    gguf.metadata.put("deep", nested(500));
    refused(
        Files.readAllBytes(gguf.write(folder.resolve("deep.gguf"))), "'deep' is a list of lists");
    gguf.metadata.put("deep", List.of(1, 2));
    byte[] valid = Files.readAllBytes(gguf.write(folder.resolve("list.gguf")));
    byte[] lying = valid.clone();
    // After magic, version, two counts, key, type and element type.
    ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(44, 1L << 62);
    refused(lying, "the length of 'deep' is 4611686018427387904, more than the");
  }

  private static List<?> nested(int depth) {
    List<?> list = List.of(1);
    for (int i = 0; i < depth; i++) {
      list = List.of(list);
    }
    return list;
  }

  @Test
  void open_whenItIsCutAnywhere_isAMessage() throws IOException {
    byte[] whole = Files.readAllBytes(TinyGguf.llama().write(folder.resolve("whole.gguf")));
    Path cut = folder.resolve("cut.gguf");
    for (int length = 0; length < whole.length; length += 1 + length / 20) {
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> GgufFile.open(cut))
          .as("cut at %d", length)
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining("not a valid GGUF file");
    }
  }
}
