package dev.ftpipe.model.sft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything a training run can be told; names and defaults are those of PEFT, TRL, Transformers
 * and bitsandbytes.
 */
public record TrainOptions(
    QuantizationOptions quantization, LoraOptions lora, SftOptions sft, TrainerOptions trainer) {
  private static final String DEFAULTS = "train-defaults.json";

  /** Every option with its default; {@code null} where an option need not be given. */
  public static ObjectNode defaults() {
    try (InputStream resource = TrainOptions.class.getResourceAsStream(DEFAULTS)) {
      if (resource == null) {
        throw new IllegalStateException("resource is missing: " + DEFAULTS);
      }
      return (ObjectNode) Json.mapper().readTree(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Options by the names of a pipeline: some over the defaults.
   *
   * @param json groups with options, e.g. {@code {"lora": {"r": 8}}}
   * @throws FtpipeException for text that is no such object, an unknown name, a value of another
   *     type
   */
  public static TrainOptions of(String json) {
    try {
      ObjectNode options = defaults();
      for (var group : Json.mapper().readTree(json).properties()) {
        if (!(options.get(group.getKey()) instanceof ObjectNode known)
            || !(group.getValue() instanceof ObjectNode given)) {
          throw FtpipeException.usage("'" + group.getKey() + "' is not a group of options");
        }
        for (var option : given.properties()) {
          if (!known.has(option.getKey())) {
            throw FtpipeException.usage(
                "there is no option " + group.getKey() + "." + option.getKey());
          }
          known.set(option.getKey(), option.getValue());
        }
      }
      return Json.mapper().treeToValue(options, TrainOptions.class);
    } catch (JsonProcessingException e) {
      throw FtpipeException.usage("options: " + e.getOriginalMessage());
    }
  }

  /** What cannot work, or is not built, each a sentence that names the option; empty when sound. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    // Without adapters and a 4-bit base these groups are not read.
    boolean adapters = lora.method() == LoraOptions.Method.LORA;
    if (quantization.loadIn4bit()) {
      problems.addAll(quantization.problems());
      if (!adapters) {
        problems.add(
            "lora.method full trains the weights themselves and cannot train 4-bit ones: set "
                + "quantization.load_in_4bit to false");
      }
    }
    if (adapters) {
      problems.addAll(lora.problems());
    }
    problems.addAll(sft.problems());
    problems.addAll(trainer.problems());
    return problems;
  }
}
