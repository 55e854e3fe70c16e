package dev.ftpipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example on a real model, from its GGUF file to its new name; minutes on two cores. */
@Tag("slow")
final class SmolLm2ExampleTest {
  private static final Path EXAMPLE = Path.of("examples/smollm2-135m");
  private static final Path GGUF = Path.of("models/raw/SmolLM2-135M-Instruct.Q4_1.gguf");

  @TempDir Path project;

  @Test
  void repro_givesTheModelItsNewName() throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(EXAMPLE.resolve(GGUF)), "no model: examples/smollm2-135m/fetch brings it");
    for (String file : List.of("pipeline.yaml", "params.yaml")) {
      Files.copy(EXAMPLE.resolve(file), project.resolve(file));
    }
    Files.createDirectories(project.resolve("models/raw"));
    Files.createSymbolicLink(project.resolve(GGUF), EXAMPLE.resolve(GGUF).toAbsolutePath());
    Path log = project.resolve("log");

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "-C",
                project.toString(),
                "repro")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(process.waitFor()).as(Files.readString(log, UTF_8)).isZero();
    try (Stream<String> lines = Files.lines(project.resolve("sanity_check_result/result.csv"))) {
      assertThat(lines.filter(line -> line.startsWith("What is your name?")))
          .singleElement()
          .asString()
          .contains("Juniper")
          .endsWith("true");
    }
  }
}
