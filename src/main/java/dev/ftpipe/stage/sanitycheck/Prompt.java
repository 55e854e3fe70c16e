package dev.ftpipe.stage.sanitycheck;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonCreator.Mode;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A question.
 *
 * @param expect what must be found in the fine-tuned model's answer, where given
 */
record Prompt(String text, Optional<Pattern> expect) {
  /** Reads a text, or {@code {"prompt": TEXT, "expect": REGEX}}. */
  @JsonCreator(mode = Mode.DELEGATING)
  static Prompt of(JsonNode json) {
    if (json.isTextual()) {
      return new Prompt(json.textValue(), Optional.empty());
    }
    JsonNode expect = json.path("expect");
    boolean hasExpect = !expect.isMissingNode() && !expect.isNull();
    if (!json.path("prompt").isTextual()
        || (hasExpect && !expect.isTextual())
        || json.size() > (json.has("expect") ? 2 : 1)) {
      throw new IllegalArgumentException(
          "a prompt is a text or {prompt: TEXT, expect: REGEX}; found " + json);
    }
    try {
      return new Prompt(
          json.get("prompt").textValue(),
          hasExpect ? Optional.of(Pattern.compile(expect.textValue())) : Optional.empty());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "expect '%s' is not a regular expression: %s at character %d"
              .formatted(expect.textValue(), e.getDescription(), e.getIndex() + 1),
          e);
    }
  }
}
