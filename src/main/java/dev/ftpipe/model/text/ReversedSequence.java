package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.objects.collections.PyList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's {@code [::-1]} of a list or a text. */
final class ReversedSequence implements Filter {
  @Override
  public String getName() {
    return "reversed_sequence";
  }

  @Override
  public @Nullable Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    if (value instanceof List<?> list) {
      List<Object> reversed = new ArrayList<>(list);
      Collections.reverse(reversed);
      return new PyList(reversed);
    }
    return value instanceof String text ? new StringBuilder(text).reverse().toString() : null;
  }
}
