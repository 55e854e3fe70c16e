package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checks {@code is iterable} and {@code is sequence}, which hold for texts and mappings, too.
 */
final class SequenceCheck implements ExpTest {
  private final String name;

  SequenceCheck(String name) {
    this.name = name;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean evaluate(
      @Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
    return value instanceof CharSequence || value instanceof Collection || value instanceof Map;
  }
}
