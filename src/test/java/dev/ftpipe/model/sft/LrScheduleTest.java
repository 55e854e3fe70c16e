package dev.ftpipe.model.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class LrScheduleTest {
  /** The rates that Transformers used; the schedules that ftpipe does not offer left out. */
  @TestFactory
  Stream<DynamicTest> everyStep_hasTheRateOfTransformers() throws Exception {
    JsonNode all;
    try (var resource = LrScheduleTest.class.getResourceAsStream("/sft/lr_schedules.json")) {
      all = Json.mapper().readTree(resource);
    }
    return all.get("cases").properties().stream()
        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> check(all, each.getValue())));
  }

  private static void check(JsonNode all, JsonNode expected) throws Exception {
    var type = Json.mapper().treeToValue(expected.get("name"), LrSchedulerType.class);
    Map<String, Double> kwargs =
        Json.mapper().convertValue(expected.get("kwargs"), new TypeReference<>() {});
    var schedule =
        new LrSchedule(
            type,
            kwargs,
            all.get("base_lr").asDouble(),
            expected.get("warmup_steps").asInt(),
            all.get("total_steps").asInt());
    assertThat(expected.get("lr")).hasSize(100);
    for (int step = 0; step < 100; step++) {
      double rate = expected.get("lr").get(step).asDouble();
      assertThat(schedule.at(step)).as("step %s", step).isEqualTo(rate, within(1e-12 * rate));
    }
  }

  /** Transformers begins in the middle of a decay that is longer than the run. */
  @Test
  void warmupStableDecay_longerThanTheRun_isCutAtItsBeginning() {
    var schedule =
        new LrSchedule(
            LrSchedulerType.WARMUP_STABLE_DECAY, Map.of("num_decay_steps", 7.0), 5e-3, 0, 1);
    assertThat(schedule.at(0)).isEqualTo(2.4757783024395244e-4, within(1e-15));
  }
}
