package dev.ftpipe.cloud.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a policy allows, by the rules of IAM for statements that allow: actions and resources with
 * wildcards, conditions of equal and like strings.
 */
public final class PolicyEvaluator {
  private final JsonNode statements;

  /** Reads the text of a policy. */
  public PolicyEvaluator(String text) {
    try {
      this.statements = Json.mapper().readTree(text).path("Statement");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Whether a request may be made; {@code context} has the keys of conditions. */
  public boolean allows(String action, String resource, Map<String, String> context) {
    for (JsonNode statement : statements) {
      if (matches(statement.path("Action"), action.toLowerCase(Locale.ROOT), true)
          && matches(statement.path("Resource"), resource, false)
          && holds(statement.path("Condition"), context)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(JsonNode condition, Map<String, String> context) {
    for (JsonNode operator : condition) {
      for (Map.Entry<String, JsonNode> key : operator.properties()) {
        String value = context.get(key.getKey());
        if (value == null || !matches(key.getValue(), value, false)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean matches(JsonNode patterns, String text, boolean lower) {
    List<String> all = new ArrayList<>();
    if (patterns.isArray()) {
      patterns.forEach(each -> all.add(each.asText()));
    } else {
      all.add(patterns.asText());
    }
    return all.stream()
        .map(each -> lower ? each.toLowerCase(Locale.ROOT) : each)
        .anyMatch(each -> Pattern.matches(("\\Q" + each + "\\E").replace("*", "\\E.*\\Q"), text));
  }
}
