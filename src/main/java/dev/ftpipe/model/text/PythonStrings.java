package dev.ftpipe.model.text;

import com.hubspot.jinjava.objects.collections.PyList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import jinjava.javax.el.ELException;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that chat templates call. */
final class PythonStrings {
  private PythonStrings() {}

  /**
   * Calls a method.
   *
   * @throws ELException for a method that is not here or wrong arguments
   */
  static Object call(String text, String method, Object[] arguments) {
    String first = arguments.length > 0 ? Objects.toString(arguments[0]) : null;
    return switch (method) {
      case "strip" -> strip(text, first, true, true);
      case "lstrip" -> strip(text, first, true, false);
      case "rstrip" -> strip(text, first, false, true);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalize(text);
      case "title" -> title(text);
      case "startswith" -> anyOf(arguments, text::startsWith);
      case "endswith" -> anyOf(arguments, text::endsWith);
      case "find" -> find(text, required(method, first), arguments);
      case "index" -> index(text, required(method, first));
      case "rfind" -> text.lastIndexOf(required(method, first));
      case "count" -> parts(text, required(method, first), Integer.MAX_VALUE).size() - 1;
      case "split" -> new PyList(new ArrayList<>(split(text, first, limit(arguments))));
      case "rsplit" -> new PyList(new ArrayList<>(rsplit(text, first, limit(arguments))));
      case "splitlines" -> new PyList(new ArrayList<>(text.lines().toList()));
      case "replace" -> replace(text, arguments);
      case "partition" -> partition(text, required(method, first), text.indexOf(first));
      case "rpartition" -> rpartition(text, required(method, first));
      case "join" -> join(text, arguments);
      case "removeprefix" -> removePrefix(text, required(method, first));
      case "removesuffix" -> removeSuffix(text, required(method, first));
      case "isdigit" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, c -> isSpace((char) c));
      case "isupper" -> isCased(text) && text.equals(text.toUpperCase(Locale.ROOT));
      case "islower" -> isCased(text) && text.equals(text.toLowerCase(Locale.ROOT));
      default -> throw new ELException("'" + method + "' is not a text method known here");
    };
  }

  private static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  private static boolean isCased(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static int find(String text, String part, Object[] arguments) {
    return arguments.length > 1 && arguments[1] instanceof Number from
        ? text.indexOf(part, from.intValue())
        : text.indexOf(part);
  }

  private static int index(String text, String part) {
    int at = text.indexOf(part);
    if (at < 0) {
      throw new ELException("'index': the text does not have '" + part + "'");
    }
    return at;
  }

  private static PyList partition(String text, String separator, int at) {
    return new PyList(
        new ArrayList<>(
            at < 0
                ? List.of(text, "", "")
                : List.of(
                    text.substring(0, at), separator, text.substring(at + separator.length()))));
  }

  private static PyList rpartition(String text, String separator) {
    int at = text.lastIndexOf(separator);
    return at < 0
        ? new PyList(new ArrayList<>(List.of("", "", text)))
        : partition(text, separator, at);
  }

  private static String join(String separator, Object[] arguments) {
    if (arguments.length != 1 || !(arguments[0] instanceof List<?> many)) {
      throw new ELException("'join' needs a list");
    }
    return many.stream().map(Objects::toString).collect(Collectors.joining(separator));
  }

  private static String removePrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String removeSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static String required(String method, @Nullable String argument) {
    if (argument == null) {
      throw new ELException("'" + method + "' needs an argument");
    }
    return argument;
  }

  private static int limit(Object[] arguments) {
    return arguments.length > 1 && arguments[1] instanceof Number number && number.intValue() >= 0
        ? number.intValue()
        : Integer.MAX_VALUE;
  }

  private static String strip(String text, @Nullable String set, boolean left, boolean right) {
    int begin = 0;
    int end = text.length();
    while (left && begin < end && strips(set, text.charAt(begin))) {
      begin++;
    }
    while (right && end > begin && strips(set, text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  /** Whether Python's strip takes the character away: of the set, or white space without one. */
  private static boolean strips(@Nullable String set, char c) {
    return set == null ? isSpace(c) : set.indexOf(c) >= 0;
  }

  /** Python's {@code str.isspace} of one character. */
  static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  private static boolean anyOf(Object[] arguments, java.util.function.Predicate<String> test) {
    if (arguments.length > 0 && arguments[0] instanceof List<?> many) {
      return many.stream().map(Objects::toString).anyMatch(test);
    }
    return arguments.length > 0 && test.test(Objects.toString(arguments[0]));
  }

  private static List<String> split(String text, @Nullable String separator, int limit) {
    return separator == null ? words(text, limit) : parts(text, separator, limit);
  }

  private static List<String> words(String text, int limit) {
    List<String> words = new ArrayList<>();
    String rest = strip(text, null, true, false);
    while (!rest.isEmpty()) {
      int end = 0;
      while (end < rest.length() && !isSpace(rest.charAt(end))) {
        end++;
      }
      if (words.size() == limit) {
        words.add(strip(rest, null, false, true));
        return words;
      }
      words.add(rest.substring(0, end));
      rest = strip(rest.substring(end), null, true, false);
    }
    return words;
  }

  private static List<String> parts(String text, String separator, int limit) {
    if (separator.isEmpty()) {
      throw new ELException("an empty separator");
    }
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && parts.size() < limit) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<String> rsplit(String text, @Nullable String separator, int limit) {
    if (separator == null || limit == Integer.MAX_VALUE) {
      return split(text, separator, limit);
    }
    List<String> parts = new ArrayList<>(parts(text, separator, Integer.MAX_VALUE));
    while (parts.size() > limit + 1) {
      String second = parts.remove(1);
      parts.set(0, parts.get(0) + separator + second);
    }
    return parts;
  }

  private static String replace(String text, Object[] arguments) {
    if (arguments.length < 2) {
      throw new ELException("'replace' needs two arguments");
    }
    String with = Objects.toString(arguments[1]);
    return arguments.length > 2 && arguments[2] instanceof Number most && most.intValue() >= 0
        ? String.join(with, parts(text, Objects.toString(arguments[0]), most.intValue()))
        : text.replace(Objects.toString(arguments[0]), with);
  }
}
