package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Utf8Test {
  /** Every pair of first bytes, with continuation bytes and without, at every distance. */
  @Test
  void firstBad_agreesWithTheJdksDecoder() {
    byte[] ends = {(byte) 0x7F, (byte) 0x80, (byte) 0xBF, (byte) 0xC0};
    for (int first = 0; first < 256; first++) {
      for (int second = 0; second < 256; second++) {
        for (byte third : ends) {
          for (byte fourth : ends) {
            check(new byte[] {'a', (byte) first, (byte) second, third, fourth, 'z'}, 0, 6);
          }
        }
      }
    }
  }

  @Test
  void firstBad_whenLongOrCut_agreesWithTheJdksDecoder() {
    byte[] text = "plain and plain, é, 日本語, 😀 and ".repeat(20).getBytes(StandardCharsets.UTF_8);
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = text.clone();
      if (i % 2 == 0) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      int from = random.nextInt(64);
      check(changed, from, from + random.nextInt(changed.length - from));
    }
  }

  private static void check(byte[] bytes, int from, int to) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    boolean bad = decoder.decode(in, CharBuffer.allocate(bytes.length), true).isError();
    assertThat(Utf8.firstBad(bytes, from, to)).isEqualTo(bad ? in.position() : -1);
  }
}
