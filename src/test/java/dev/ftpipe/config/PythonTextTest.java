package dev.ftpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Floats as CPython 3.11 prints them. */
final class PythonTextTest {
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1, 1.0",
    "-0.0, -0.0",
    "100, 100.0",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "123456789012345680, 1.2345678901234568e+17",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "-0.000012345, -1.2345e-05",
    "2e-3, 0.002",
    "5e-324, 5e-324",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2.0E-3, 0.002",
    "9007199254740993, 9007199254740992.0",
    "2e23, 2e+23",
    "0.30000000000000004, 0.30000000000000004",
    "Infinity, inf",
    "-Infinity, -inf",
    "NaN, nan",
  })
  void floats(double number, String text) {
    assertThat(PythonText.of(number)).isEqualTo(text);
  }

  @Property
  void readBackAsTheSameNumber(@ForAll double number) {
    assertThat(Double.parseDouble(PythonText.of(number))).isEqualTo(number);
  }
}
