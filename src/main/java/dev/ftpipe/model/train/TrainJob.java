package dev.ftpipe.model.train;

import dev.ftpipe.model.sft.Example;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a run reads and writes.
 *
 * @param model the base, a folder in Hugging Face layout
 * @param modelName what the base is called in messages and in the adapter's configuration
 * @param validation may be empty: then nothing is evaluated
 * @param adapter the adapter to go on with
 * @param checkpoints where the run keeps its state; it goes on from the newest one there
 * @param output the folder for the adapter, or for the whole model under {@code method: full}
 * @param metrics the folder for the curves
 */
public record TrainJob(
    Path model,
    String modelName,
    List<Example> train,
    List<Example> validation,
    Optional<Path> adapter,
    Path checkpoints,
    Path output,
    Path metrics) {
  public TrainJob {
    train = List.copyOf(train);
    validation = List.copyOf(validation);
  }
}
