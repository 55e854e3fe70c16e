package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;

/** The block that marks what the assistant said; it renders as what it holds. */
final class GenerationTag implements Tag {
  private static final long serialVersionUID = 1;

  @Override
  public String getName() {
    return "generation";
  }

  @Override
  public String getEndTagName() {
    return "endgeneration";
  }

  @Override
  public String interpret(TagNode tag, JinjavaInterpreter interpreter) {
    StringBuilder out = new StringBuilder();
    for (Node child : tag.getChildren()) {
      out.append(child.render(interpreter).getValue());
    }
    return out.toString();
  }
}
