package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;

/**
 * The sizes of a Llama model, as the metadata of a GGUF file gives them.
 *
 * @param hidden width of the residual stream
 * @param vocabulary rows of the embedding
 */
record LlamaShape(
    int layers,
    int hidden,
    int intermediate,
    int heads,
    int keyValueHeads,
    int headDim,
    long vocabulary) {
  /** The only architecture that can be imported. */
  static final String ARCHITECTURE = "llama";

  /**
   * Reads and checks the sizes.
   *
   * @throws FtpipeException for another architecture, a mixture of experts, a size that is missing
   */
  static LlamaShape of(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    String architecture =
        metadata
            .text("general.architecture")
            .orElseThrow(() -> metadata.missing("general.architecture"));
    if (!architecture.equals(ARCHITECTURE)) {
      throw FtpipeException.pipeline(
          file.file()
              + ": a model of the architecture '"
              + architecture
              + "', which is not supported; supported: "
              + ARCHITECTURE);
    }
    if (metadata.number("llama.expert_count").orElse(0) != 0) {
      throw FtpipeException.pipeline(
          file.file() + ": a mixture of experts, which is not supported");
    }
    int hidden = metadata.requiredSize("llama.embedding_length");
    int heads = metadata.requiredSize("llama.attention.head_count");
    String keyValueHeads = "llama.attention.head_count_kv";
    String headDim = "llama.attention.key_length";
    GgufTensor embedding =
        file.find(LlamaTensors.EMBEDDING)
            .orElseThrow(() -> LlamaTensors.missing(file, LlamaTensors.EMBEDDING));
    LlamaShape shape =
        new LlamaShape(
            metadata.requiredSize("llama.block_count"),
            hidden,
            metadata.requiredSize("llama.feed_forward_length"),
            heads,
            metadata.keys().contains(keyValueHeads) ? metadata.requiredSize(keyValueHeads) : heads,
            metadata.keys().contains(headDim) ? metadata.requiredSize(headDim) : hidden / heads,
            embedding.rows());
    if (shape.headDim() < 2 || shape.headDim() % 2 != 0) {
      throw FtpipeException.pipeline(
          file.file() + ": its attention heads have the odd width " + shape.headDim());
    }
    return shape;
  }
}
