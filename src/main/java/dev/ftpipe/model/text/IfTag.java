package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.util.LengthLimitingStringBuilder;

/** {@code {% if %}} by Python's truth; what follows a {@code continue} in it is not rendered. */
final class IfTag implements Tag {
  private static final long serialVersionUID = 1;

  @Override
  public String getName() {
    return "if";
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter interpreter) {
    var out = new LengthLimitingStringBuilder(interpreter.getConfig().getMaxOutputSize());
    boolean chosen = holds(tag, interpreter);
    boolean found = chosen;
    for (Node child : tag.getChildren()) {
      if (child instanceof TagNode part && part.getName().equals("elif")) {
        chosen = !found && holds(part, interpreter);
        found |= chosen;
      } else if (child instanceof TagNode part && part.getName().equals("else")) {
        chosen = !found;
        found = true;
      } else if (chosen && !PythonLoop.isLeft(interpreter)) {
        out.append(child.render(interpreter).getValue());
      }
    }
    return out.toString();
  }

  private static boolean holds(TagNode tag, JinjavaInterpreter interpreter) {
    if (tag.getHelpers().isBlank()) {
      throw new InterpretException(
          "'" + tag.getName() + "' needs an expression",
          tag.getLineNumber(),
          tag.getStartPosition());
    }
    return PythonValues.isTrue(
        interpreter.resolveELExpression(tag.getHelpers(), tag.getLineNumber()));
  }
}
