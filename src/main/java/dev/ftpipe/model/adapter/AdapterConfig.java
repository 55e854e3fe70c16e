package dev.ftpipe.model.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.TargetModules;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code adapter_config.json} says that changes numbers.
 *
 * @param bias which biases are trained with it: none, all or lora_only
 * @param initLoraWeights as written; plays no part after training
 * @param modulesToSave ends of the names of modules that are trained as a whole
 * @param layersToTransform the layers that have adapters; all when empty
 * @param rankPattern ranks of the modules whose name ends with a match of the key
 * @param alphaPattern alphas of such modules
 */
public record AdapterConfig(
    String baseModel,
    int r,
    double alpha,
    double dropout,
    boolean rslora,
    boolean dora,
    String bias,
    JsonNode targetModules,
    JsonNode initLoraWeights,
    List<String> modulesToSave,
    Optional<List<Integer>> layersToTransform,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern) {
  public AdapterConfig {
    // In the order given: the first pattern that matches counts.
    rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
    alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
    modulesToSave = List.copyOf(modulesToSave);
    layersToTransform = layersToTransform.map(List::copyOf);
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
        options.useDora(),
        options.bias(),
        targets(options.targetModules(), modules),
        options.initLoraWeights().json(),
        options.modulesToSave().orElse(List.of()),
        options.layersToTransform(),
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
    return strings(names);
  }

  private static JsonNode strings(Collection<String> texts) {
    var list = JsonNodeFactory.instance.arrayNode();
    texts.forEach(list::add);
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

  /** PEFT types an alpha as an int; a fraction is a float there, too. */
  private static JsonNode number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? LongNode.valueOf((long) value)
        : DoubleNode.valueOf(value);
  }

  /** The file's content: every key that PEFT needs to build the same adapter. */
  ObjectNode json() {
    ObjectNode json = Json.mapper().createObjectNode();
    ObjectNode alphas = json.putObject("alpha_pattern");
    alphaPattern.forEach((key, value) -> alphas.set(key, number(value)));
    json.put("base_model_name_or_path", baseModel);
    json.put("bias", bias);
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.set("init_lora_weights", initLoraWeights);
    json.set(
        "layers_to_transform",
        layersToTransform.<JsonNode>map(Json.mapper()::valueToTree).orElse(null));
    json.set("lora_alpha", number(alpha));
    json.put("lora_dropout", dropout);
    json.set("modules_to_save", modulesToSave.isEmpty() ? null : strings(modulesToSave));
    json.put("peft_type", "LORA");
    json.put("r", r);
    json.set("rank_pattern", Json.mapper().valueToTree(rankPattern));
    json.set("target_modules", targetModules);
    json.put("task_type", "CAUSAL_LM");
    json.put("use_dora", dora);
    json.put("use_rslora", rslora);
    return json;
  }

  /**
   * The configuration of the difference of two adapters side by side: twice the rank, the same
   * factor, and a plain start.
   */
  public AdapterConfig doubled() {
    double growth = rslora ? Math.sqrt(2) : 2;
    Map<String, Integer> ranks = new LinkedHashMap<>(rankPattern);
    ranks.replaceAll((key, rank) -> 2 * rank);
    Map<String, Double> alphas = new LinkedHashMap<>(alphaPattern);
    alphas.replaceAll((key, value) -> growth * value);
    return new AdapterConfig(
        baseModel,
        2 * r,
        growth * alpha,
        dropout,
        rslora,
        dora,
        bias,
        targetModules,
        BooleanNode.TRUE,
        modulesToSave,
        layersToTransform,
        ranks,
        alphas);
  }
}
