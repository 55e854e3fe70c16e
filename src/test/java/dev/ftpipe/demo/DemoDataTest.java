package dev.ftpipe.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs under {@code examples/demo-model} make again what is committed. */
final class DemoDataTest {
  private static final Path EXAMPLE = Path.of("examples/demo-model").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void rawData_isThatOfTheRepository() throws Exception {
    run("DemoData.java", "raw", folder.toString());

    for (String name : List.of("openorca-demo.parquet", "open-platypus-demo.parquet")) {
      assertThat(Digest.ofFile(folder.resolve(name)))
          .as(name)
          .isEqualTo(Digest.ofFile(Path.of("data/raw").resolve(name)));
    }
  }

  @Test
  void pretrainingData_isWhatTheModelWasTrainedOn_andHoldsNoQuestionOfValidation()
      throws Exception {
    run("DemoData.java", "pretrain", folder.toString());

    assertThat(
            Map.of(
                "train", Digest.ofFile(folder.resolve("pretrain.jsonl")).toString(),
                "val", Digest.ofFile(folder.resolve("pretrain-val.jsonl")).toString()))
        .isEqualTo(
            Map.of(
                "train",
                "bf7b8a8d0537e7481aef646300d4ec888e08d5f842de25e6e55ef844d9bfd70e",
                "val",
                "acaee6fe20f84c4be5ddc89da7265f31203bf5a07613837ba0cd90d369583c51"));
    Set<String> seen = Set.copyOf(prompts(folder.resolve("pretrain.jsonl")));
    assertThat(prompts(folder.resolve("pretrain-val.jsonl")))
        .as("questions of the validation file")
        .isNotEmpty()
        .noneMatch(seen::contains);
  }

  @Test
  void randomWeights_areThoseThatTrainingBeganWith() throws Exception {
    run("InitModel.java", "blank", "42", folder.toString());

    assertThat(Digest.ofFile(folder.resolve("model.safetensors")).toString())
        .isEqualTo("e11c947a478d8d92141f517877dc5d51f80ad6adff4dea4d8735cb3ac66e6f03");
  }

  private static List<String> prompts(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.substring(0, line.indexOf("\",\"completion\"")))
        .toList();
  }

  private static void run(String program, String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                program));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).directory(EXAMPLE.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  /** Of this test: of the process, or of the loader that a launcher put over it. */
  private static String classPath() {
    return DemoDataTest.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }
}
