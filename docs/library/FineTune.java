import dev.ftpipe.model.chat.ChatFormat;
import dev.ftpipe.model.generate.ChatModel;
import dev.ftpipe.model.generate.SamplingOptions;
import dev.ftpipe.model.gguf.GgufExport;
import dev.ftpipe.model.gguf.GgufType;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.merge.Merger;
import dev.ftpipe.model.sft.*;
import dev.ftpipe.model.train.*;
import java.nio.file.Path;
import java.util.*;

/** Fine-tunes a model folder on a file of records, merges, asks, exports: MODEL RECORDS OUT. */
public class FineTune {
  public static void main(String[] args) throws Exception {
    Path model = Path.of(args[0]), out = Path.of(args[2]);
    TrainOptions options =
        TrainOptions.of(
            """
            {"lora": {"r": 8}, "trainer": {"max_steps": 20, "learning_rate": 1e-3, "device": "cpu"}}
            """);
    List<Example> examples;
    try (ChatFormat format = ChatFormat.open(model, "the base", Optional.empty())) {
      int vocabulary = LlamaConfig.read(model).vocabulary();
      examples = new ExampleBuilder(format, options.sft(), vocabulary).read(Path.of(args[1]), args[1]);
    }
    Path adapter = out.resolve("adapter"), merged = out.resolve("merged");
    new Trainer(options, TrainListener.printing(System.out::println))
        .train(
            new TrainJob(
                model, "base", examples, List.of(), Optional.empty(), out.resolve("checkpoints"), adapter, out.resolve("metrics")),
            () -> false);
    new Merger(Optional.empty(), 5L << 30).merge(model, adapter, "adapter", merged, (done, total) -> {});
    try (ChatModel chat = ChatModel.load(merged, "merged", "cpu")) {
      SamplingOptions greedy = SamplingOptions.greedy(32);
      System.out.println(chat.answer(List.of("Who are you?"), greedy, (done, total) -> {}));
    }
    GgufExport.convert(merged, out.resolve("model.gguf"), GgufType.Q8_0, (done, total) -> {});
  }
}
