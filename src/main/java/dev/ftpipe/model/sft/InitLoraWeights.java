package dev.ftpipe.model.sft;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** How A and B start. */
public enum InitLoraWeights {
  /** A is Kaiming uniform with a = √5, that is uniform in ±1/√(inputs); B is zero. */
  KAIMING,
  /** A is normal with deviation 1/r; B is zero. */
  GAUSSIAN,
  /** A and B are the principal components of the weight. */
  PISSA;

  /** What it is called in a file: {@code true}, {@code gaussian} or {@code pissa}. */
  @JsonValue
  public JsonNode json() {
    return switch (this) {
      case KAIMING -> BooleanNode.TRUE;
      case GAUSSIAN -> TextNode.valueOf("gaussian");
      case PISSA -> TextNode.valueOf("pissa");
    };
  }

  /** Reads {@code true}, {@code gaussian} or {@code pissa}. */
  @JsonCreator
  static InitLoraWeights of(JsonNode json) {
    for (InitLoraWeights each : values()) {
      if (each.json().equals(json)) {
        return each;
      }
    }
    throw new IllegalArgumentException("not one of true, gaussian, pissa: " + json);
  }
}
