package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.util.ForLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. */
final class PythonLoop extends ForLoop {
  private final List<Object> items;

  PythonLoop(List<Object> items) {
    super(items.iterator(), items.size());
    this.items = items;
  }

  /** Whether the innermost loop was told to go on with its next item, or to end. */
  static boolean isLeft(JinjavaInterpreter interpreter) {
    return interpreter.getContext().get(ForTag.LOOP) instanceof PythonLoop loop
        && loop.isContinued();
  }

  /** The value of {@code loop.NAME}. */
  @Nullable Object value(String name) {
    return switch (name) {
      case "index" -> getIndex();
      case "index0" -> getIndex0();
      case "revindex" -> getRevindex();
      case "revindex0" -> getRevindex0();
      case "first" -> isFirst();
      case "last" -> isLast();
      case "length" -> getLength();
      case "previtem" -> item(getIndex0() - 1);
      case "nextitem" -> item(getIndex0() + 1);
      default -> null;
    };
  }

  private @Nullable Object item(int index) {
    return index < 0 || index >= items.size() ? null : items.get(index);
  }
}
