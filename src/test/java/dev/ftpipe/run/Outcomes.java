package dev.ftpipe.run;

import java.util.List;

/** What a repro did, by stage. */
record Outcomes(List<StageOutcome> values) {
  List<String> names() {
    return values.stream().map(StageOutcome::name).toList();
  }

  StageOutcome get(String stage) {
    return values.stream()
        .filter(outcome -> outcome.name().equals(stage))
        .findFirst()
        .orElseThrow();
  }
}
