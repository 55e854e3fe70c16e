package dev.ftpipe.model.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.TargetModules;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code adapter_config.json} says that changes numbers.
 *
 * @param initLoraWeights as written; plays no part after training
 * @param rankPattern ranks of the modules whose name ends with a match of the key
 * @param alphaPattern alphas of such modules
 */
public record AdapterConfig(
    String baseModel,
    int r,
    double alpha,
    double dropout,
    boolean rslora,
    JsonNode targetModules,
    JsonNode initLoraWeights,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern) {
  public AdapterConfig {
    rankPattern = Map.copyOf(new LinkedHashMap<>(rankPattern));
    alphaPattern = Map.copyOf(new LinkedHashMap<>(alphaPattern));
  }

  /**
   * The configuration of an adapter that was trained with these options.
   *
   * @param baseModel what the base is called: a path or the name of a repository
   * @param modules full names of the layers that have an adapter
   */
  public static AdapterConfig of(
      LoraOptions options, String baseModel, Collection<String> modules) {
    return new AdapterConfig(
        baseModel,
        options.r(),
        options.loraAlpha(),
        options.loraDropout(),
        options.useRslora(),
        targets(options.targetModules(), modules),
        options.initLoraWeights().json(),
        options.rankPattern(),
        options.alphaPattern());
  }

  /** A list is sorted, and all-linear is spelled out, as PEFT does. */
  private static JsonNode targets(TargetModules targets, Collection<String> modules) {
    TreeSet<String> names = new TreeSet<>();
    if (targets instanceof TargetModules.Suffixes suffixes) {
      names.addAll(suffixes.names());
    } else if (targets instanceof TargetModules.AllLinear) {
      modules.forEach(module -> names.add(module.substring(module.lastIndexOf('.') + 1)));
    } else {
      return targets.json();
    }
    var list = JsonNodeFactory.instance.arrayNode();
    names.forEach(list::add);
    return list;
  }

  /** The rank of a layer's adapter. */
  public int rank(String module) {
    return match(rankPattern, module).orElse(r);
  }

  /** The factor of B·A·x for a layer: alpha/r, with rsLoRA alpha/√r. */
  public double scale(String module) {
    double moduleAlpha = match(alphaPattern, module).orElse(alpha);
    int rank = rank(module);
    return rslora ? moduleAlpha / Math.sqrt(rank) : moduleAlpha / rank;
  }

  private static <V> Optional<V> match(Map<String, V> pattern, String module) {
    return pattern.entrySet().stream()
        .filter(entry -> Pattern.matches("(.*\\.)?(" + entry.getKey() + ")", module))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** The file's content: every key that PEFT needs to build the same adapter, sorted. */
  ObjectNode json() {
    ObjectNode json = Json.mapper().createObjectNode();
    json.set("alpha_pattern", Json.mapper().valueToTree(new TreeMap<>(alphaPattern)));
    json.put("base_model_name_or_path", baseModel);
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.set("init_lora_weights", initLoraWeights);
    // PEFT types it as an int; a fraction is a float there, too.
    if (alpha == Math.rint(alpha)) {
      json.put("lora_alpha", (long) alpha);
    } else {
      json.put("lora_alpha", alpha);
    }
    json.put("lora_dropout", dropout);
    json.putNull("modules_to_save");
    json.put("peft_type", "LORA");
    json.put("r", r);
    json.set("rank_pattern", Json.mapper().valueToTree(new TreeMap<>(rankPattern)));
    json.set("target_modules", targetModules);
    json.put("task_type", "CAUSAL_LM");
    json.put("use_dora", false);
    json.put("use_rslora", rslora);
    return json;
  }
}
