package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.util.LengthLimitingStringBuilder;
import com.hubspot.jinjava.util.ObjectIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code {% for %}} as Jinja has it: with an {@code if} that chooses items, an {@code else} for no
 * items, the keys of a mapping, the characters of a text, and variables that last for one item.
 */
final class LoopTag implements Tag {
  private static final long serialVersionUID = 1;
  private static final Pattern HEAD =
      Pattern.compile("\\s*\\(?\\s*(\\w+(?:\\s*,\\s*\\w+)*)\\s*\\)?\\s+in\\s(.*)", Pattern.DOTALL);

  @Override
  public String getName() {
    return ForTag.TAG_NAME;
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter interpreter) {
    Matcher head = HEAD.matcher(tag.getHelpers());
    if (!head.matches()) {
      throw wrong(tag, "needs names, 'in' and what to go through");
    }
    List<String> names = Arrays.asList(head.group(1).split("\\s*,\\s*", -1));
    List<Object> items = chosen(tag, names, head.group(2), interpreter);
    var out = new LengthLimitingStringBuilder(interpreter.getConfig().getMaxOutputSize());
    List<Node> children = tag.getChildren();
    int otherwise = otherwise(children);
    if (items.isEmpty()) {
      for (Node child :
          children.subList(Math.min(otherwise + 1, children.size()), children.size())) {
        out.append(child.render(interpreter).getValue());
      }
      return out.toString();
    }
    PythonLoop loop = new PythonLoop(items);
    while (loop.hasNext()) {
      Object item = loop.next();
      interpreter.enterScope();
      try {
        interpreter.getContext().put(ForTag.LOOP, loop);
        assign(tag, names, item, interpreter);
        for (Node child : children.subList(0, otherwise)) {
          out.append(child.render(interpreter).getValue());
          if (loop.isContinued()) {
            break;
          }
        }
      } finally {
        interpreter.leaveScope();
      }
    }
    return out.toString();
  }

  private static int otherwise(List<Node> children) {
    for (int i = 0; i < children.size(); i++) {
      if (children.get(i) instanceof TagNode part && part.getName().equals("else")) {
        return i;
      }
    }
    return children.size();
  }

  /** The items that the {@code if} of the tag lets through. */
  private static List<Object> chosen(
      TagNode tag, List<String> names, String source, JinjavaInterpreter interpreter) {
    int condition = ExpressionSource.topLevelWord(source, "if");
    String expression = condition < 0 ? source : source.substring(0, condition);
    List<Object> items = new ArrayList<>();
    for (Object item :
        all(tag, interpreter.resolveELExpression(expression.strip(), tag.getLineNumber()))) {
      items.add(interpreter.wrap(item));
    }
    if (condition >= 0) {
      String test = source.substring(condition + 2).strip();
      items.removeIf(item -> !holds(tag, names, item, test, interpreter));
    }
    return items;
  }

  private static boolean holds(
      TagNode tag,
      List<String> names,
      @Nullable Object item,
      String test,
      JinjavaInterpreter interpreter) {
    interpreter.enterScope();
    try {
      assign(tag, names, item, interpreter);
      return PythonValues.isTrue(interpreter.resolveELExpression(test, tag.getLineNumber()));
    } finally {
      interpreter.leaveScope();
    }
  }

  private static Collection<?> all(TagNode tag, @Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (value instanceof Map<?, ?> map) {
      return map.keySet();
    }
    if (value instanceof CharSequence text) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    if (value instanceof Boolean || value instanceof Number) {
      throw wrong(tag, "cannot go through " + PythonValues.kind(value));
    }
    List<Object> items = new ArrayList<>();
    // Filters of the library give iterators and arrays, too.
    ObjectIterator.getLoop(value).forEachRemaining(items::add);
    return items;
  }

  private static void assign(
      TagNode tag, List<String> names, @Nullable Object item, JinjavaInterpreter interpreter) {
    if (names.size() == 1) {
      interpreter.getContext().put(names.get(0), item);
      return;
    }
    List<?> parts = parts(item);
    if (parts.size() != names.size()) {
      throw wrong(
          tag, "an item is not a list of %d values, as %s asks".formatted(names.size(), names));
    }
    for (int i = 0; i < names.size(); i++) {
      interpreter.getContext().put(names.get(i), interpreter.wrap(parts.get(i)));
    }
  }

  private static List<?> parts(@Nullable Object item) {
    if (item instanceof Map.Entry<?, ?> entry) {
      return Arrays.asList(entry.getKey(), entry.getValue());
    }
    return item instanceof List<?> list ? list : List.of();
  }

  private static InterpretException wrong(TagNode tag, String what) {
    return new InterpretException("'for': " + what, tag.getLineNumber(), tag.getStartPosition());
  }
}
