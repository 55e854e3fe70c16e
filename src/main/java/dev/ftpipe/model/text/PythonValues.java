package dev.ftpipe.model.text;

import com.hubspot.jinjava.objects.SafeString;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's truth and equality of the values of a template; nothing and undefined are null here. */
final class PythonValues {
  private PythonValues() {}

  /** Whether {@code if value} holds: any text but the empty one is true, {@code 'false'} too. */
  static boolean isTrue(@Nullable Object value) {
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value instanceof CharSequence || value instanceof SafeString) {
      return !value.toString().isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return !(value instanceof Collection<?> many) || !many.isEmpty();
  }

  /** Whether {@code left == right}: a text never equals a number or a truth value. */
  static boolean equal(@Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return left == right;
    }
    Object a = plain(left);
    Object b = plain(right);
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return equalLists(x, y);
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return x.keySet().equals(y.keySet())
          && x.keySet().stream().allMatch(key -> equal(x.get(key), y.get(key)));
    }
    return a.equals(b);
  }

  /** A truth value is the number 0 or 1. */
  private static Object plain(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    return value instanceof SafeString ? value.toString() : value;
  }

  private static boolean equalLists(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<?> other = right.iterator();
    for (Object each : left) {
      if (!equal(each, other.next())) {
        return false;
      }
    }
    return true;
  }

  /** What a message calls a value. */
  static String kind(@Nullable Object value) {
    if (value == null) {
      return "an undefined value";
    }
    if (value instanceof Boolean) {
      return "a truth value";
    }
    if (value instanceof Number) {
      return "a number";
    }
    return value instanceof Map ? "a mapping" : value instanceof Collection ? "a list" : "a text";
  }
}
