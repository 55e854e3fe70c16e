package dev.ftpipe.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digests of files whose size is, or is not, what was expected. */
final class SmallFileDigestTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1024, 1024",
    "65535, 65535",
    "65536, 65536",
    "200000, 200000",
    // grown, shrunk, emptied since it was looked at
    "1024, 1000",
    "1000, 1024",
    "0, 10",
    "70000, 10",
    "10, 70000"
  })
  void of_isTheDigestOfTheBytes_whateverSizeWasExpected(int size, int expected) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    Path file = Files.write(folder.resolve("file"), bytes);
    byte[] raw = new byte[Digest.BYTES + 2];
    SmallFileDigest.of(file.toFile(), expected, raw, 1);
    assertThat(Digest.ofRaw(raw, 1)).isEqualTo(Digest.of(bytes));
    assertThat(raw[0]).isZero();
    assertThat(raw[raw.length - 1]).isZero();
  }

  @Test
  void of_whenTheFileIsGone_saysSo() {
    assertThatThrownBy(
            () ->
                SmallFileDigest.of(folder.resolve("gone").toFile(), 10, new byte[Digest.BYTES], 0))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("gone");
  }
}
