package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code default}, which gives its argument as it is: Jinjava's makes a text of it, and
 * the text {@code false} is true.
 */
final class DefaultFilter implements Filter {
  private final String name;

  DefaultFilter(String name) {
    this.name = name;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public @Nullable Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    return filter(value, interpreter, (Object[]) arguments, Map.of());
  }

  @Override
  public @Nullable Object filter(
      @Nullable Object value,
      JinjavaInterpreter interpreter,
      Object[] arguments,
      Map<String, Object> named) {
    Object otherwise =
        arguments.length > 0 ? arguments[0] : named.getOrDefault("default_value", "");
    Object ofFalse = arguments.length > 1 ? arguments[1] : named.get("boolean");
    boolean missing = PythonValues.isTrue(ofFalse) ? !PythonValues.isTrue(value) : value == null;
    return missing ? otherwise : value;
  }
}
