package dev.ftpipe.model.llama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LlamaDecoderTest {

  @Test
  void decode_promptsOfDifferentLengths_givesTransformersGreedyIds() throws IOException {
    try (Torch torch = Torch.open("cpu");
        LlamaModel model =
            LlamaModel.load(
                torch, Fixtures.qlora("tiny-llama"), LlamaOptions.inference(DType.F32))) {
      JsonNode cases = generation();
      List<long[]> prompts = new ArrayList<>();
      cases.forEach(each -> prompts.add(longs(each.get("prompt_ids"))));
      assertThat(prompts.stream().map(prompt -> prompt.length).distinct().count()).isGreaterThan(1);
      int longest = 0;
      for (JsonNode each : cases) {
        longest = Math.max(longest, each.get("new_ids").size());
      }
      List<List<Long>> answers = greedy(model, prompts, longest);
      for (int row = 0; row < prompts.size(); row++) {
        JsonNode expected = cases.get(row);
        if (expected.get("smallest_top2_gap").asDouble() > 1e-3) {
          long[] ids = longs(expected.get("new_ids"));
          for (int i = 0; i < ids.length; i++) {
            assertThat(answers.get(row).get(i)).as("row %d token %d", row, i).isEqualTo(ids[i]);
          }
        }
      }
    }
  }

  private static JsonNode generation() throws IOException {
    JsonNode root = Json.mapper().readTree(Files.readString(Fixtures.qlora("generation.json")));
    return root.get("base").get("runs");
  }

  private static List<List<Long>> greedy(LlamaModel model, List<long[]> prompts, int count) {
    List<List<Long>> answers = new ArrayList<>();
    prompts.forEach(prompt -> answers.add(new ArrayList<>()));
    int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    try (LlamaDecoder decoder = model.decoder(prompts.size(), longest + count)) {
      float[] logits = decoder.prefill(prompts);
      for (int i = 0; i < count; i++) {
        long[] next = new long[prompts.size()];
        for (int row = 0; row < next.length; row++) {
          next[row] = best(logits, row, decoder.vocabulary());
          answers.get(row).add(next[row]);
        }
        logits = decoder.decode(next);
      }
    }
    return answers;
  }

  private static int best(float[] logits, int row, int vocabulary) {
    int best = 0;
    for (int v = 1; v < vocabulary; v++) {
      if (logits[row * vocabulary + v] > logits[row * vocabulary + best]) {
        best = v;
      }
    }
    return best;
  }

  private static long[] longs(JsonNode list) {
    long[] values = new long[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asLong();
    }
    return values;
  }
}
