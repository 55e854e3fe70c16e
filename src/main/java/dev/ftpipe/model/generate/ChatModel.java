package dev.ftpipe.model.generate;

import dev.ftpipe.model.chat.ChatFormat;
import dev.ftpipe.model.llama.LlamaModel;
import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.text.Message;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model folder that answers questions. Not for several threads at once. */
public final class ChatModel implements AutoCloseable {
  /** Prompts side by side. */
  private static final int BATCH = 16;

  private final Torch torch;
  private final LlamaModel model;
  private final ChatFormat format;

  private ChatModel(Torch torch, LlamaModel model, ChatFormat format) {
    this.torch = torch;
    this.model = model;
    this.format = format;
  }

  /**
   * Loads a model. A model stored in a half type computes in bfloat16 where that is fast, any other
   * in float32.
   *
   * @param name what the folder is called in messages
   * @param device as {@link Torch#open} takes it
   * @throws dev.ftpipe.base.FtpipeException when the folder is not a complete, supported model
   */
  public static ChatModel load(Path folder, String name, String device) throws IOException {
    ChatFormat format = ChatFormat.open(folder, name, Optional.empty());
    try {
      Torch torch = Torch.open(device);
      try {
        LlamaOptions options = LlamaOptions.inference(compute(folder, torch));
        return new ChatModel(torch, LlamaModel.load(torch, folder, options), format);
      } catch (IOException | RuntimeException e) {
        torch.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      format.close();
      throw e;
    }
  }

  private static DType compute(Path folder, Torch torch) throws IOException {
    try (ModelTensors tensors = ModelTensors.open(folder)) {
      boolean wide =
          tensors.names().stream().anyMatch(name -> tensors.info(name).dtype() == DType.F32);
      return wide || !torch.hasFastBfloat16() ? DType.F32 : DType.BF16;
    }
  }

  /** The answers to the questions, each asked by itself, in the order given. */
  public List<String> answer(
      List<String> questions, SamplingOptions options, Generator.Observer observer)
      throws InterruptedException {
    List<long[]> prompts =
        questions.stream()
            .map(question -> format.encode(List.of(new Message("user", question)), true))
            .toList();
    return new Generator(model, format.endIds(), BATCH)
        .generate(prompts, options, observer).stream()
            .map(ids -> format.decode(ids).strip())
            .toList();
  }

  @Override
  public void close() {
    model.close();
    torch.close();
    format.close();
  }
}
