package dev.ftpipe.model.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code adapter_config.json}, as PEFT or ftpipe wrote it. */
final class AdapterConfigReader {
  private final String name;
  private final JsonNode json;

  private AdapterConfigReader(String name, JsonNode json) {
    this.name = name;
    this.json = json;
  }

  /**
   * Reads the file.
   *
   * @param name what the file is called in messages
   * @throws FtpipeException for a file that is missing or malformed, or an adapter of another kind
   */
  static AdapterConfig read(Path file, String name) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw FtpipeException.pipeline(name + ": no such file; expected an adapter in PEFT's layout");
    }
    try {
      return new AdapterConfigReader(name, Json.mapper().readTree(file.toFile())).config();
    } catch (JsonProcessingException e) {
      throw FtpipeException.pipeline(name + ": not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private AdapterConfig config() {
    if (!json.path("peft_type").asText().equals("LORA")) {
      throw wrong("peft_type", "expected \"LORA\"");
    }
    for (String flag :
        new String[] {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora"}) {
      refuse(flag, json.path(flag).asBoolean(false));
    }
    refuse("bias", !json.path("bias").asText("none").equals("none"));
    for (String list :
        new String[] {"modules_to_save", "trainable_token_indices", "layer_replication"}) {
      refuse(list, given(list));
    }
    return new AdapterConfig(
        json.path("base_model_name_or_path").asText(""),
        rank("r", json.path("r")),
        number("lora_alpha", json.path("lora_alpha")),
        json.path("lora_dropout").asDouble(0),
        json.path("use_rslora").asBoolean(false),
        json.path("target_modules"),
        json.path("init_lora_weights"),
        pattern("rank_pattern", value -> rank("rank_pattern", value)),
        pattern("alpha_pattern", value -> number("alpha_pattern", value)));
  }

  private boolean given(String key) {
    JsonNode value = json.path(key);
    return !value.isMissingNode()
        && !value.isNull()
        && !(value.isContainerNode() && value.isEmpty());
  }

  private void refuse(String key, boolean asked) {
    if (asked) {
      throw wrong(key, "adapters of this kind are not supported");
    }
  }

  private int rank(String key, JsonNode value) {
    if (!value.isInt() || value.intValue() < 1) {
      throw wrong(key, "expected a whole number of 1 or more");
    }
    return value.intValue();
  }

  private double number(String key, JsonNode value) {
    if (!value.isNumber()) {
      throw wrong(key, "expected a number");
    }
    return value.doubleValue();
  }

  private <V> Map<String, V> pattern(String key, Function<JsonNode, V> reader) {
    Map<String, V> values = new LinkedHashMap<>();
    for (var entry : json.path(key).properties()) {
      try {
        Pattern.compile(entry.getKey());
      } catch (PatternSyntaxException e) {
        throw wrong(key, "not a regular expression: " + e.getDescription());
      }
      values.put(entry.getKey(), reader.apply(entry.getValue()));
    }
    return values;
  }

  private FtpipeException wrong(String key, String what) {
    JsonNode value = json.path(key);
    return FtpipeException.pipeline(
        "%s: %s is %s: %s"
            .formatted(name, key, value instanceof MissingNode ? "missing" : value, what));
  }
}
