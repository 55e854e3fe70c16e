package dev.ftpipe.model.train;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.TargetModules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which parts of a model the options of an adapter mean, by PEFT's rules. */
final class AdapterTargets {
  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\..*");
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final LlamaConfig model;
  private final LoraOptions options;

  AdapterTargets(LlamaConfig model, LoraOptions options) {
    this.model = model;
    this.options = options;
  }

  /**
   * The linear layers that get an adapter, with {@code [outputs, inputs]}.
   *
   * @throws FtpipeException when the options name a layer that cannot have one, or none has one
   */
  SortedMap<String, List<Long>> modules() {
    checkNames();
    SortedMap<String, List<Long>> modules = new TreeMap<>();
    model
        .linearModules()
        .forEach(
            (module, shape) -> {
              if (options.targetModules().matches(module) && isChosen(module)) {
                modules.put(module, shape);
              }
            });
    if (modules.isEmpty()) {
      throw FtpipeException.usage(
          "lora.target_modules %s matches no linear layer of the model%s; its layers are called %s"
              .formatted(
                  options.targetModules().json(),
                  options.layersToTransform().isPresent() ? " among lora.layers_to_transform" : "",
                  String.join(", ", model.linearModules().keySet().stream().limit(7).toList())));
    }
    return modules;
  }

  /** A list names what a person wants: a name that means nothing is a slip. */
  private void checkNames() {
    if (!(options.targetModules() instanceof TargetModules.Suffixes suffixes)) {
      return;
    }
    for (String name : suffixes.names()) {
      if (name.endsWith("lm_head") || name.endsWith("embed_tokens")) {
        throw FtpipeException.usage(
            "lora.target_modules names '"
                + name
                + "': adapters are on linear layers inside the transformer; name it in"
                + " lora.modules_to_save to train it as a whole");
      }
      TargetModules one = new TargetModules.Suffixes(List.of(name));
      if (model.linearModules().keySet().stream().noneMatch(one::matches)) {
        throw FtpipeException.usage(
            "lora.target_modules names '%s', which no linear layer of the model is called; its layers are called %s"
                .formatted(
                    name,
                    String.join(", ", model.linearModules().keySet().stream().limit(7).toList())));
      }
    }
  }

  private boolean isChosen(String module) {
    boolean whole =
        options.modulesToSave().stream()
            .flatMap(List::stream)
            .anyMatch(name -> Pattern.matches("(^|.*\\.)" + name + "($|\\..*)", module));
    return !whole && isChosenLayer(module);
  }

  private boolean isChosenLayer(String module) {
    if (options.layersToTransform().isEmpty()) {
      return true;
    }
    Matcher layer = LAYER.matcher(module);
    return layer.matches()
        && options.layersToTransform().get().contains(Integer.valueOf(layer.group(1)));
  }

  /**
   * The weights that are trained as they are, by the names of a checkpoint; a head of its own is
   * among them when it is asked for and the model's is tied.
   *
   * @param adapted the layers that have an adapter
   * @throws FtpipeException when {@code modules_to_save} names nothing
   */
  SortedSet<String> wholes(Set<String> adapted) {
    SortedSet<String> wholes = new TreeSet<>();
    Map<String, List<Long>> weights = model.weights();
    for (String name : options.modulesToSave().orElse(List.of())) {
      Set<String> named = new TreeSet<>();
      weights.keySet().stream().filter(weight -> module(weight).endsWith(name)).forEach(named::add);
      if (model.tied() && module(LlamaConfig.HEAD).endsWith(name)) {
        named.add(LlamaConfig.HEAD);
      }
      if (named.isEmpty()) {
        throw FtpipeException.usage(
            "lora.modules_to_save names '%s', which no module of the model is called; examples: lm_head, embed_tokens, norm"
                .formatted(name));
      }
      wholes.addAll(named);
    }
    for (String weight : weights.keySet()) {
      if (weight.endsWith(BIAS) && trainsBias(module(weight), adapted)) {
        wholes.add(weight);
      }
    }
    return wholes;
  }

  private boolean trainsBias(String module, Set<String> adapted) {
    return switch (options.bias()) {
      case "all" -> true;
      case "lora_only" -> adapted.contains(module);
      default -> false;
    };
  }

  private static String module(String weight) {
    return weight.endsWith(BIAS)
        ? weight.substring(0, weight.length() - BIAS.length())
        : weight.substring(0, weight.length() - WEIGHT.length());
  }
}
