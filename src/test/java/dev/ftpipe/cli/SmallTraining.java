package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.stage.train.TrainStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Projects with a training of some seconds, all of which share one remote. */
record SmallTraining(Path folder, SharedRemote remote) {
  static final int STEPS = 160;

  private static final Path MODEL = Path.of("models/demo-chat-3m").toAbsolutePath();
  private static @Nullable Map<String, Digest> undisturbed;

  /**
   * A project.
   *
   * @param saveSteps from one checkpoint to the next
   */
  CommandLines project(String name, int saveSteps) throws IOException {
    CommandLines lines = new CommandLines(folder.resolve(name), Map.of("train", new TrainStage()));
    remote.addTo(lines.write(".ftpipe/config.yaml", ""));
    lines.write(
        "pipeline.yaml",
        """
        stages:
          train:
            uses: train
            in: {model: model, train: train.jsonl}
            out: {adapter: adapter, metrics: {path: metrics, cache: false}}
            with:
              lora: {r: 4, target_modules: all-linear}
              trainer: {max_steps: %d, save_steps: %d, logging_steps: 2, learning_rate: 0.001,
                        per_device_train_batch_size: 4}
        """
            .formatted(STEPS, saveSteps));
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      records.append("{\"prompt\":\"What is %d plus %d?\",".formatted(i, i + 1));
      records.append("\"completion\":\"It is %d.\"}\n".formatted(2 * i + 1));
    }
    lines.write("train.jsonl", records.toString());
    Files.createDirectories(lines.root.resolve("model"));
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.createLink(lines.root.resolve("model").resolve(file.getFileName()), file);
      }
    }
    return lines;
  }

  /** What the training makes where nothing disturbs it; found out once. */
  Map<String, Digest> undisturbed() throws IOException {
    Map<String, Digest> known = undisturbed;
    if (known == null) {
      CommandLines local = project("undisturbed", STEPS);
      Files.delete(local.root.resolve(".ftpipe/config.yaml"));
      Result result = local.ftpipe("repro");
      assertThat(result.exitCode()).as(result.err()).isZero();
      known = made(local);
      undisturbed = known;
    }
    return known;
  }

  /** What the training of a project has made. */
  static Map<String, Digest> made(CommandLines project) throws IOException {
    Map<String, Digest> all = new TreeMap<>();
    for (String path : List.of("adapter", "metrics")) {
      try (Stream<Path> files = Files.walk(project.root.resolve(path))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          all.put(project.root.relativize(file).toString(), Digest.of(Files.readAllBytes(file)));
        }
      }
    }
    return all;
  }

  /** Whether a checkpoint of the training is whole at the remote. */
  boolean hasCheckpoint() throws IOException {
    return remote.keys("checkpoints/").stream().anyMatch(key -> key.endsWith("/manifest.json"));
  }
}
