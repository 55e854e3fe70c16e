package dev.ftpipe.model.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SplitMix64Test {
  @Test
  void nextLong_isThePublishedSequence() {
    // The example of Rosetta Code, "Pseudo-random numbers/Splitmix64", seed 1234567.
    var random = new SplitMix64(1234567);
    assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
    assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
    assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("9817491932198370423");
  }

  @Test
  void nextInt_andNextDouble_stayInRangeAndSpread() {
    var random = new SplitMix64(1);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.nextInt(7)]++;
      assertThat(random.nextDouble()).isBetween(0.0, Math.nextDown(1.0));
    }
    assertThat(IntStream.of(counts)).allMatch(count -> count > 9_500 && count < 10_500);
  }
}
