package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    rankPattern = Map.copyOf(rankPattern);
    alphaPattern = Map.copyOf(alphaPattern);
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
    switch (bias) {
      case "none" -> {}
      case "all", "lora_only" -> checks.notBuilt(true, "bias", "trained biases");
      default -> checks.wrong("bias", "is '" + bias + "'; it must be none, all or lora_only");
    }
    checks.notBuilt(useDora, "use_dora", "DoRA");
    checks.notBuilt(modulesToSave.isPresent(), "modules_to_save", "whole trained modules");
    checks.notBuilt(!rankPattern.isEmpty(), "rank_pattern", "ranks by module");
    checks.notBuilt(!alphaPattern.isEmpty(), "alpha_pattern", "alphas by module");
    checks.notBuilt(
        layersToTransform.isPresent(), "layers_to_transform", "adapters on some layers only");
    checks.notBuilt(
        initLoraWeights == InitLoraWeights.PISSA, "init_lora_weights", "PiSSA initialization");
    return checks.problems();
  }
}
