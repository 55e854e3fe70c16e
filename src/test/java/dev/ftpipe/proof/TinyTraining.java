package dev.ftpipe.proof;

import dev.ftpipe.model.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a training of seconds reads: a tiny model, and sixteen records of tokens. */
final class TinyTraining {
  private TinyTraining() {}

  /** Makes a project with {@code model} and {@code train.jsonl}. */
  static Path inputs(Path project) throws IOException {
    Path model = Files.createDirectories(project.resolve("model"));
    try (Stream<Path> files = Files.list(Fixtures.qlora("tiny-llama"))) {
      for (Path file : files.toList()) {
        Files.write(model.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      records.append("{\"input_ids\":[%d,%d,%d,%d,2]}\n".formatted(20 + i, 21 + i, 22 + i, 23 + i));
    }
    Files.writeString(project.resolve("train.jsonl"), records);
    return project;
  }
}
