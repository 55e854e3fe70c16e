package dev.ftpipe.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FloatsTest {
  @Test
  void half_everyValue_survivesTheWayThroughFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Floats.fromHalf((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(Floats.toHalf(value)).as("bits %x", bits).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void half_midpoints_goToTheEvenNeighbour() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float low = Floats.fromHalf((short) bits);
      float high = Floats.fromHalf((short) (bits + 1));
      float middle = (low + high) / 2;
      int even = bits + (bits & 1);
      assertThat(Floats.toHalf(middle)).as("bits %x", bits).isEqualTo((short) even);
      assertThat(Floats.toHalf(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Floats.toHalf(-Math.nextUp(middle))).isEqualTo((short) ((bits + 1) | 0x8000));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // bits of the float, bits of the bfloat16 that PyTorch gives
    "3f800000, 3f80",
    "3f808000, 3f80",
    "3f818000, 3f82",
    "3f808001, 3f81",
    "7f7fffff, 7f80",
    "ff800000, ff80",
    "00000001, 0000",
    "80008000, 8000",
    "80018000, 8002"
  })
  void bfloat16_roundsToNearestEven(String bits, String expected) {
    float value = Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16));
    assertThat(Floats.toBfloat16(value)).isEqualTo((short) Integer.parseInt(expected, 16));
  }

  @Test
  void notANumber_staysOne() {
    float nan = Float.intBitsToFloat(0x7f800001);
    assertThat(Floats.fromHalf(Floats.toHalf(nan))).isNaN();
    assertThat(Floats.fromBfloat16(Floats.toBfloat16(nan))).isNaN();
  }

  @Test
  void half_infinityAndOverflow() {
    assertThat(Floats.toHalf(65519.99f)).isEqualTo((short) 0x7bff);
    assertThat(Floats.toHalf(65520f)).isEqualTo((short) 0x7c00);
    assertThat(Floats.toHalf(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
  }

  @Test
  void toFloats_readsFromThePosition_whateverTheOrder() {
    ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(9).putDouble(0.25).putDouble(-3).flip().position(4);
    assertThat(Floats.toFloats(bytes.order(ByteOrder.BIG_ENDIAN), DType.F64))
        .containsExactly(0.25f, -3f);
    assertThat(bytes.position()).isEqualTo(4);
  }
}
