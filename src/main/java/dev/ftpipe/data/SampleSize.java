package dev.ftpipe.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.ftpipe.base.FtpipeException;

/**
 * How many of the records to take: a fraction from 0 to 1, where 1 is everything, or a whole number
 * above 1.
 */
public record SampleSize(double value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SampleSize of(double value) {
    return new SampleSize(value);
  }

  public SampleSize {
    boolean fraction = value >= 0 && value <= 1;
    boolean count = value > 1 && value <= Integer.MAX_VALUE && value == Math.rint(value);
    if (!fraction && !count) {
      throw new IllegalArgumentException(
          "neither a fraction from 0 to 1 nor a whole number above 1: " + shown(value));
    }
  }

  @JsonValue
  @Override
  public double value() {
    return value;
  }

  /**
   * The count for so many records; a fraction is rounded down, as Python's {@code int(n * f)}.
   *
   * @param parameter the parameter's name, for the message
   * @param source what holds the records, for the message
   * @throws FtpipeException when there are fewer
   */
  public int of(int available, String parameter, String source) {
    if (value <= 1) {
      return (int) (available * value);
    }
    if (value > available) {
      throw FtpipeException.pipeline(
          parameter
              + ": "
              + shown(value)
              + " is more than the "
              + available
              + (available == 1 ? " record" : " records")
              + " of "
              + source
              + "; take a number up to that, or a fraction from 0 to 1");
    }
    return (int) value;
  }

  private static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
