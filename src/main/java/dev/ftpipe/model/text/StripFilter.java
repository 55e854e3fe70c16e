package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The filter {@code trim}: Python's {@code str.strip}, which takes every kind of white space. */
final class StripFilter implements Filter {
  @Override
  public String getName() {
    return "trim";
  }

  @Override
  public Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    return PythonStrings.call(Objects.toString(value, ""), "strip", arguments);
  }
}
