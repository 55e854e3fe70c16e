package dev.ftpipe.stage.basemodel;

import dev.ftpipe.stage.StageContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** A model of the Hugging Face Hub by its address. */
final class HubModel {
  private static final Pattern ADDRESS = Pattern.compile("hf://[^@\\s]+@[^@\\s]+");
  private static final Pattern REVISION = Pattern.compile("@(refs/(pr|convert)/[^/]+|[^/]+)");

  /** Not the same weights once more in the formats of others, nor what lies in folders. */
  private static final Pattern PART =
      Pattern.compile(
          "(config|generation_config|tokenizer|tokenizer_config|special_tokens_map)\\.json"
              + "|chat_template\\.jinja"
              + "|(?!consolidated)[^/]+\\.safetensors(\\.index\\.json)?");

  private HubModel() {}

  /** What is wrong with an address, if anything. */
  static Optional<String> problem(String from) {
    if (!from.startsWith("hf://")) {
      return Optional.of(
          "from is '"
              + from
              + "'; expected hf://ORG/NAME@REVISION (what is elsewhere: ftpipe add PATH --from URL, and"
              + " 'model' in 'in')");
    }
    return ADDRESS.matcher(from).matches()
        ? Optional.empty()
        : Optional.of(
            "from is '"
                + from
                + "', which names no revision: hf://ORG/NAME@REVISION, the commit best of all");
  }

  /** Fetches what makes up the model. */
  static Path fetch(StageContext<?> context, String from) throws IOException, InterruptedException {
    StageContext.Fetched fetched = context.fetch(from, path -> PART.matcher(path).matches());
    context.log(from + " is there at commit " + fetched.pin());
    String pinned = REVISION.matcher(from).replaceFirst("@" + fetched.pin());
    if (!pinned.equals(from)) {
      context.log("warning: a branch or tag may move; " + pinned + " means these bytes for good");
    }
    return fetched.path();
  }
}
