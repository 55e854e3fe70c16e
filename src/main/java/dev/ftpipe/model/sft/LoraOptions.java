package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The adapters; the names of PEFT. {@code method: full} trains every weight instead. */
public record LoraOptions(
    Method method,
    int r,
    double loraAlpha,
    double loraDropout,
    TargetModules targetModules,
    String bias,
    boolean useRslora,
    boolean useDora,
    Optional<List<String>> modulesToSave,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern,
    Optional<List<Integer>> layersToTransform,
    InitLoraWeights initLoraWeights) {
  /** What is trained. */
  public enum Method {
    @JsonProperty("lora")
    LORA,
    @JsonProperty("full")
    FULL
  }

  public LoraOptions {
    // In the order given: the first pattern that matches counts.
    rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
    alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
  }

  /** The factor of B·A·x: alpha/r, with rsLoRA alpha/√r. */
  public double scale() {
    return useRslora ? loraAlpha / Math.sqrt(r) : loraAlpha / r;
  }

  List<String> problems() {
    Checks checks = new Checks("lora");
    checks.atLeast("r", r, 1);
    checks.above("lora_alpha", loraAlpha, 0);
    checks.fraction("lora_dropout", loraDropout);
    if (targetModules instanceof TargetModules.Suffixes suffixes && suffixes.names().isEmpty()) {
      checks.wrong("target_modules", "names no module; 'all-linear' is every linear layer");
    }
    if (!List.of("none", "all", "lora_only").contains(bias)) {
      checks.wrong("bias", "is '" + bias + "'; it must be none, all or lora_only");
    }
    rankPattern.forEach(
        (key, rank) -> {
          pattern(checks, "rank_pattern", key);
          checks.atLeast("rank_pattern." + key, rank, 1);
        });
    alphaPattern.forEach(
        (key, alpha) -> {
          pattern(checks, "alpha_pattern", key);
          checks.above("alpha_pattern." + key, alpha, 0);
        });
    modulesToSave.orElse(List.of()).forEach(name -> pattern(checks, "modules_to_save", name));
    layers(checks);
    if (useDora && initLoraWeights == InitLoraWeights.PISSA) {
      checks.wrong("use_dora", "does not go with init_lora_weights: pissa; choose one of the two");
    }
    return checks.problems();
  }

  private void layers(Checks checks) {
    if (layersToTransform.isEmpty()) {
      return;
    }
    if (targetModules instanceof TargetModules.Expression) {
      checks.wrong(
          "layers_to_transform",
          "does not go with a regular expression in target_modules, which can name layers itself");
    }
    if (layersToTransform.get().isEmpty()) {
      checks.wrong("layers_to_transform", "names no layer; null is all layers");
    }
    layersToTransform.get().forEach(layer -> checks.atLeast("layers_to_transform", layer, 0));
  }

  private static void pattern(Checks checks, String name, String key) {
    try {
      Pattern.compile(key);
    } catch (PatternSyntaxException e) {
      checks.wrong(
          name, "has '" + key + "', which is not a regular expression: " + e.getDescription());
    }
  }
}
