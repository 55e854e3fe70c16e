package dev.ftpipe.model.sft;

import dev.ftpipe.model.text.ChatTemplate;
import java.util.List;
import java.util.Optional;

/**
 * From records to batches; the names of TRL and Transformers.
 *
 * @param maxLength tokens of an example; what is longer is cut at the end
 * @param chatTemplate {@code llama2}, {@code llama3} or {@code chatml}; the model's own when empty
 */
public record SftOptions(
    int maxLength,
    boolean packing,
    boolean completionOnlyLoss,
    Optional<String> chatTemplate,
    boolean groupByLength,
    Optional<Double> neftuneNoiseAlpha,
    boolean shuffle) {
  List<String> problems() {
    Checks checks = new Checks("sft");
    checks.atLeast("max_length", maxLength, 2);
    if (packing && groupByLength) {
      checks.wrong("group_by_length", "has no meaning with packing; set one of the two");
    }
    if (groupByLength && !shuffle) {
      checks.wrong("group_by_length", "reorders the records, which shuffle: false forbids");
    }
    chatTemplate
        .filter(name -> !ChatTemplate.BUILT_IN.contains(name))
        .ifPresent(
            name ->
                checks.wrong(
                    "chat_template",
                    "is '%s'; it must be %s; a file is an input of the stage: chat_template"
                        .formatted(name, String.join(", ", ChatTemplate.BUILT_IN))));
    neftuneNoiseAlpha.ifPresent(alpha -> checks.atLeast("neftune_noise_alpha", alpha, 0));
    return checks.problems();
  }
}
