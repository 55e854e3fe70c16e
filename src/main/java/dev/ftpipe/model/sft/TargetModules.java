package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Which linear layers get an adapter, by PEFT's rules. */
public sealed interface TargetModules {
  /** Every linear layer but the output head. */
  record AllLinear() implements TargetModules {
    @Override
    public boolean matches(String module) {
      return !module.equals("lm_head");
    }

    @Override
    public JsonNode json() {
      return JsonNodeFactory.instance.textNode(ALL_LINEAR);
    }
  }

  /** The whole name matches a regular expression. */
  record Expression(Pattern pattern) implements TargetModules {
    @Override
    public boolean matches(String module) {
      return pattern.matcher(module).matches();
    }

    @Override
    public JsonNode json() {
      return JsonNodeFactory.instance.textNode(pattern.pattern());
    }
  }

  /** The name is one of these, or ends with a dot and one of these. */
  record Suffixes(List<String> names) implements TargetModules {
    public Suffixes {
      names = List.copyOf(names);
    }

    @Override
    public boolean matches(String module) {
      return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
    }

    @Override
    public JsonNode json() {
      var list = JsonNodeFactory.instance.arrayNode();
      names.forEach(list::add);
      return list;
    }
  }

  String ALL_LINEAR = "all-linear";

  /**
   * Whether a linear layer is a target.
   *
   * @param module its full name, e.g. {@code model.layers.0.self_attn.q_proj}
   */
  boolean matches(String module);

  /** The text or list as it is written. */
  @JsonValue
  JsonNode json();

  /** Reads {@code all-linear}, a regular expression, or a list of suffixes. */
  @JsonCreator
  static TargetModules of(JsonNode json) {
    if (json.isTextual()) {
      // A bad expression throws PatternSyntaxException, whose message shows the place.
      return json.asText().equals(ALL_LINEAR)
          ? new AllLinear()
          : new Expression(Pattern.compile(json.asText()));
    }
    if (json.isArray()
        && StreamSupport.stream(json.spliterator(), false).allMatch(JsonNode::isTextual)) {
      return new Suffixes(
          StreamSupport.stream(json.spliterator(), false).map(JsonNode::asText).toList());
    }
    throw new IllegalArgumentException(
        "not 'all-linear', a regular expression, or a list of module names: " + json);
  }
}
