package dev.ftpipe.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiny random models of every supported kind against Transformers; see make_architectures.py. */
final class ArchitectureTest {
  private static final Path MODELS = Path.of("src/test/resources/architectures");

  static Stream<String> models() throws IOException {
    try (Stream<Path> folders = Files.list(MODELS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAndLoss_equalTransformers(String name) throws IOException {
    try (Torch torch = Torch.open("cpu");
        SafetensorsFile expected = expected(name);
        LlamaModel model =
            LlamaModel.load(torch, MODELS.resolve(name), LlamaOptions.inference(DType.F32))) {
      TokenBlock tokens = tokens(expected);
      float[] logits = model.logits(tokens);
      float[] wanted = expected.floats("logits");
      assertThat(logits).hasSameSizeAs(wanted);
      int vocabulary = model.config().vocabulary();
      for (int i = 0; i < wanted.length; i++) {
        if (tokens.sequences()[i / vocabulary] >= 0) {
          assertThat(logits[i]).as("logit %d", i).isCloseTo(wanted[i], within(5e-5f));
        }
      }
      double loss = expected.floats("loss")[0];
      assertThat(model.loss(tokens, labels(tokens))).isCloseTo(loss, within(1e-5 * loss));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void step_gradientOfEveryWeight_equalsTransformers(String name) throws IOException {
    for (boolean checkpointing : new boolean[] {true, false}) {
      try (Torch torch = Torch.open("cpu");
          SafetensorsFile expected = expected(name);
          LlamaModel model =
              LlamaModel.load(
                  torch,
                  MODELS.resolve(name),
                  new LlamaOptions(WeightFormat.plain(DType.F32), DType.F32, checkpointing, 0));
          NDManager scope = torch.scope()) {
        model.config().weights().keySet().forEach(model::train);
        TokenBlock tokens = tokens(expected);
        double loss = model.step(scope, tokens, labels(tokens), 1, 0).toFloatArray()[0];
        assertThat(loss).isCloseTo(expected.floats("loss")[0], within(1e-5 * loss));
        double squares = 0;
        for (String weight : model.config().weights().keySet()) {
          try (NDArray gradient = model.weight(weight).getGradient()) {
            for (float value : gradient.toFloatArray()) {
              squares += (double) value * value;
            }
          }
        }
        double norm = expected.floats("grad_norm")[0];
        assertThat(Math.sqrt(squares)).isCloseTo(norm, within(1e-5 * norm));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void decode_promptsOfTwoLengths_continueAsInTransformers(String name) throws IOException {
    try (Torch torch = Torch.open("cpu");
        SafetensorsFile expected = expected(name);
        LlamaModel model =
            LlamaModel.load(torch, MODELS.resolve(name), LlamaOptions.inference(DType.F32));
        LlamaDecoder decoder = model.decoder(2, 32)) {
      int count = 12;
      long[][] answers = {longs(expected, "answer0"), longs(expected, "answer1")};
      float[] logits =
          decoder.prefill(List.of(longs(expected, "prompt0"), longs(expected, "prompt1")));
      for (int t = 0; t < count; t++) {
        for (int row = 0; row < 2; row++) {
          if (expected.floats("gaps")[row] > 1e-3) {
            assertThat(largest(logits, row, decoder.vocabulary()))
                .as("token %d of row %d", t, row)
                .isEqualTo(answers[row][t]);
          }
        }
        logits = decoder.decode(new long[] {answers[0][t], answers[1][t]});
      }
    }
  }

  private static long largest(float[] logits, int row, int vocabulary) {
    int best = 0;
    for (int v = 0; v < vocabulary; v++) {
      if (logits[row * vocabulary + v] > logits[row * vocabulary + best]) {
        best = v;
      }
    }
    return best;
  }

  private static SafetensorsFile expected(String name) throws IOException {
    return SafetensorsFile.open(MODELS.resolve(name).resolve("expected.safetensors"));
  }

  private static TokenBlock tokens(SafetensorsFile file) {
    int rows = (int) file.info("ids").dim(0);
    int columns = (int) file.info("ids").dim(1);
    long[] positions = new long[rows * columns];
    Arrays.setAll(positions, i -> i % columns);
    long[] sequences = Arrays.stream(longs(file, "mask")).map(mask -> mask - 1).toArray();
    return new TokenBlock(rows, columns, longs(file, "ids"), positions, sequences);
  }

  private static long[] labels(TokenBlock tokens) {
    long[] labels = tokens.ids().clone();
    for (int i = 0; i < labels.length; i++) {
      if (tokens.sequences()[i] < 0) {
        labels[i] = -100;
      }
    }
    return labels;
  }

  private static long[] longs(SafetensorsFile file, String name) {
    LongBuffer values = file.bytes(name).asLongBuffer();
    long[] result = new long[values.remaining()];
    values.get(result);
    return result;
  }
}
