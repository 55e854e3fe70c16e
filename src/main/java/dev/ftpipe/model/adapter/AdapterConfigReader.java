package dev.ftpipe.model.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.base.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code adapter_config.json}, as PEFT or ftpipe wrote it. */
final class AdapterConfigReader {
  private static final Pattern CHANGES_THE_BASE =
      Pattern.compile("pissa.*|olora|corda|loftq|lora_ga");

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
    return new AdapterConfigReader(name, JsonFiles.readObject(file)).config();
  }

  private AdapterConfig config() {
    if (!json.path("peft_type").asText().equals("LORA")) {
      throw wrong("peft_type", "expected \"LORA\"");
    }
    for (String kind : new String[] {"fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora"}) {
      refuse(kind, flag(kind));
    }
    String bias = json.path("bias").asText("none");
    if (!List.of("none", "all", "lora_only").contains(bias)) {
      throw wrong("bias", "expected none, all or lora_only");
    }
    for (String list : new String[] {"trainable_token_indices", "layer_replication"}) {
      refuse(list, given(list));
    }
    checkInit();
    return new AdapterConfig(
        json.path("base_model_name_or_path").asText(""),
        rank("r", json.path("r")),
        number("lora_alpha", json.path("lora_alpha")),
        dropout(),
        flag("use_rslora"),
        flag("use_dora"),
        bias,
        json.path("target_modules"),
        json.path("init_lora_weights"),
        modulesToSave(),
        layersToTransform(),
        pattern("rank_pattern", value -> rank("rank_pattern", value)),
        pattern("alpha_pattern", value -> number("alpha_pattern", value)));
  }

  /** Some ways to start change the base, so that the adapter means nothing on the base itself. */
  private void checkInit() {
    String init = json.path("init_lora_weights").asText("");
    if (CHANGES_THE_BASE.matcher(init).matches()) {
      throw wrong(
          "init_lora_weights",
          "such an adapter belongs to a base that its start has changed; save it with PEFT's"
              + " path_initial_model_for_weight_conversion");
    }
  }

  private List<String> modulesToSave() {
    List<String> modules = new ArrayList<>();
    for (JsonNode module : json.path("modules_to_save")) {
      if (!module.isTextual()) {
        throw wrong("modules_to_save", "expected a list of texts");
      }
      modules.add(module.textValue());
    }
    return modules;
  }

  private Optional<List<Integer>> layersToTransform() {
    JsonNode node = json.path("layers_to_transform");
    if (!given("layers_to_transform")) {
      return Optional.empty();
    }
    List<Integer> layers = new ArrayList<>();
    for (JsonNode layer : node.isArray() ? node : Json.mapper().createArrayNode().add(node)) {
      if (!layer.isInt()) {
        throw wrong("layers_to_transform", "expected a list of whole numbers");
      }
      layers.add(layer.intValue());
    }
    return Optional.of(layers);
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

  private boolean flag(String key) {
    if (json.hasNonNull(key) && !json.path(key).isBoolean()) {
      throw wrong(key, "expected true or false");
    }
    return json.path(key).asBoolean(false);
  }

  private double dropout() {
    String key = "lora_dropout";
    double dropout = json.hasNonNull(key) ? number(key, json.path(key)) : 0;
    if (!(dropout >= 0 && dropout < 1)) {
      throw wrong(key, "expected a number from 0 to below 1");
    }
    return dropout;
  }

  private int rank(String key, JsonNode value) {
    if (!value.isInt() || value.intValue() < 1) {
      throw wrong(key, "expected a whole number of 1 or more");
    }
    return value.intValue();
  }

  private double number(String key, JsonNode value) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
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
