package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;

/**
 * The sizes of a model, as the metadata of a GGUF file gives them.
 *
 * @param hidden width of the residual stream
 * @param vocabulary rows of the embedding
 */
record GgufShape(
    GgufArchitecture architecture,
    int layers,
    int hidden,
    int intermediate,
    int heads,
    int keyValueHeads,
    int headDim,
    long vocabulary) {
  /**
   * Reads and checks the sizes.
   *
   * @throws FtpipeException for another architecture, a mixture of experts, a size that is missing
   */
  static GgufShape of(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    GgufArchitecture architecture = architecture(file);
    String prefix = architecture.key() + ".";
    if (metadata.number(prefix + "expert_count").orElse(0) != 0) {
      throw FtpipeException.pipeline(
          file.file() + ": a mixture of experts, which is not supported");
    }
    int hidden = metadata.requiredSize(prefix + "embedding_length");
    int heads = metadata.requiredSize(prefix + "attention.head_count");
    String keyValueHeads = prefix + "attention.head_count_kv";
    String headDim = prefix + "attention.key_length";
    GgufTensor embedding =
        file.find(GgufTensors.EMBEDDING)
            .orElseThrow(() -> GgufTensors.missing(file, GgufTensors.EMBEDDING));
    GgufShape shape =
        new GgufShape(
            architecture,
            metadata.requiredSize(prefix + "block_count"),
            hidden,
            metadata.requiredSize(prefix + "feed_forward_length"),
            heads,
            metadata.keys().contains(keyValueHeads) ? metadata.requiredSize(keyValueHeads) : heads,
            metadata.keys().contains(headDim) ? metadata.requiredSize(headDim) : hidden / heads,
            embedding.rows());
    if (shape.headDim() < 2 || shape.headDim() % 2 != 0) {
      throw FtpipeException.pipeline(
          file.file() + ": its attention heads have the odd width " + shape.headDim());
    }
    String turned = prefix + "rope.dimension_count";
    if (metadata.number(turned).orElse(shape.headDim()) != shape.headDim()) {
      throw FtpipeException.pipeline(
          "%s: metadata '%s' is %d, but its attention heads have the width %d; they turn as a whole in a supported model"
              .formatted(
                  file.file(), turned, metadata.number(turned).orElseThrow(), shape.headDim()));
    }
    return shape;
  }

  private static GgufArchitecture architecture(GgufFile file) {
    String key = "general.architecture";
    String name = file.metadata().text(key).orElseThrow(() -> file.metadata().missing(key));
    return GgufArchitecture.ofKey(name)
        .orElseThrow(
            () ->
                FtpipeException.pipeline(
                    file.file()
                        + ": a model of the architecture '"
                        + name
                        + "', which is not supported; supported: "
                        + GgufArchitecture.supported()));
  }

  /** The full name of a metadata key of the architecture. */
  String key(String name) {
    return architecture.key() + "." + name;
  }
}
