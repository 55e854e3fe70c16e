package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ftpipe.base.Nearest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The shapes of the learning rate over a run, with the {@code lr_scheduler_kwargs} of each. */
public enum LrSchedulerType {
  @JsonProperty("linear")
  LINEAR,
  @JsonProperty("cosine")
  COSINE,
  @JsonProperty("cosine_with_restarts")
  COSINE_WITH_RESTARTS,
  @JsonProperty("polynomial")
  POLYNOMIAL,
  @JsonProperty("constant")
  CONSTANT,
  @JsonProperty("constant_with_warmup")
  CONSTANT_WITH_WARMUP,
  @JsonProperty("inverse_sqrt")
  INVERSE_SQRT,
  @JsonProperty("cosine_with_min_lr")
  COSINE_WITH_MIN_LR,
  @JsonProperty("warmup_stable_decay")
  WARMUP_STABLE_DECAY;

  private Set<String> kwargs() {
    return switch (this) {
      case COSINE, COSINE_WITH_RESTARTS -> Set.of("num_cycles");
      case POLYNOMIAL -> Set.of("lr_end", "power");
      case INVERSE_SQRT -> Set.of("timescale");
      case COSINE_WITH_MIN_LR -> Set.of("num_cycles", "min_lr", "min_lr_rate");
      case WARMUP_STABLE_DECAY ->
          Set.of("num_cycles", "num_decay_steps", "num_stable_steps", "min_lr_ratio");
      case LINEAR, CONSTANT, CONSTANT_WITH_WARMUP -> Set.of();
    };
  }

  void problems(Map<String, Double> given, double learningRate, Checks checks) {
    for (String name : new TreeSet<>(given.keySet())) {
      if (!kwargs().contains(name)) {
        checks.wrong(
            "lr_scheduler_kwargs",
            "has '%s', which %s does not take%s"
                .formatted(name, name().toLowerCase(Locale.ROOT), takes(name)));
      }
    }
    double cycles = given.getOrDefault("num_cycles", 1.0);
    checks.above("lr_scheduler_kwargs.num_cycles", cycles, 0);
    if (this == COSINE_WITH_RESTARTS && cycles != Math.rint(cycles)) {
      checks.wrong("lr_scheduler_kwargs.num_cycles", "is " + cycles + "; it must be whole");
    }
    if (this == POLYNOMIAL) {
      double end = given.getOrDefault("lr_end", LrSchedule.DEFAULT_LR_END);
      if (!(end >= 0 && end < learningRate)) {
        checks.wrong(
            "lr_scheduler_kwargs.lr_end",
            "is " + end + "; it must be 0 or more and below learning_rate, " + learningRate);
      }
    }
    if (this == COSINE_WITH_MIN_LR
        && given.containsKey("min_lr") == given.containsKey("min_lr_rate")) {
      checks.wrong("lr_scheduler_kwargs", "needs one of min_lr and min_lr_rate");
    }
    if (this == WARMUP_STABLE_DECAY && !given.containsKey("num_decay_steps")) {
      checks.wrong("lr_scheduler_kwargs", "needs num_decay_steps");
    }
    for (String name : new String[] {"min_lr", "min_lr_rate", "min_lr_ratio"}) {
      checks.atLeast("lr_scheduler_kwargs." + name, given.getOrDefault(name, 0.0), 0);
    }
    for (String name : new String[] {"num_decay_steps", "num_stable_steps"}) {
      checks.atLeast("lr_scheduler_kwargs." + name, given.getOrDefault(name, 0.0), 0);
    }
    checks.above("lr_scheduler_kwargs.timescale", given.getOrDefault("timescale", 1.0), 0);
  }

  private String takes(String name) {
    return kwargs().isEmpty()
        ? "; it takes none"
        : Nearest.hint(name, kwargs(), "; it takes " + String.join(", ", new TreeSet<>(kwargs())));
  }
}
