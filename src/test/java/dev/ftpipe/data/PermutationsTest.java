package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PermutationsTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void python_isThatOfCpython(String name, JsonNode python, JsonNode numpy) {
    assertThat(sha256(Permutations.python(python.get("seed").asLong(), python.get("n").asInt())))
        .isEqualTo(python.get("sha256").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void numpy_isThatOfTheLegacyGenerator(String name, JsonNode python, JsonNode numpy) {
    assertThat(sha256(Permutations.numpy(numpy.get("seed").asLong(), numpy.get("n").asInt())))
        .isEqualTo(numpy.get("sha256").asText());
  }

  /** {@code a = list(range(10)); random.Random(seed).shuffle(a)} in CPython 3.11. */
  @Test
  void python_takesSeedsOfAnySizeAndSign() {
    assertThat(Permutations.python(-42, 10)).isEqualTo(Permutations.python(42, 10));
    assertThat(Permutations.python((1L << 40) + 1, 10))
        .containsExactly(7, 5, 6, 3, 9, 4, 1, 8, 0, 2);
  }

  @Test
  void numpy_whenSeedIsOutOfRange_refuses() {
    assertThatThrownBy(() -> Permutations.numpy(1L << 32, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Stream<Arguments> vectors() throws Exception {
    try (InputStream in =
        PermutationsTest.class.getResourceAsStream("/data/rng/permutations.json")) {
      JsonNode all = Json.mapper().readTree(Objects.requireNonNull(in));
      JsonNode python = all.get("python_random");
      JsonNode numpy = all.get("numpy_legacy");
      return IntStream.range(0, python.size())
          .mapToObj(
              i ->
                  Arguments.of(
                      "seed " + python.get(i).get("seed") + ", n " + python.get(i).get("n"),
                      python.get(i),
                      numpy.get(i)));
    }
  }

  private static String sha256(int[] order) {
    String text = Arrays.stream(order).mapToObj(String::valueOf).collect(Collectors.joining(","));
    return Digest.of(text).hex();
  }
}
