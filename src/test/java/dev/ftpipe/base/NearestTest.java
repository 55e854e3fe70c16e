package dev.ftpipe.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> KNOWN =
      List.of("repro", "report", "status", "val_size", "Keep", "lora_alpha");

  @ParameterizedTest
  @CsvSource({
    "sttaus, status", // swapped
    "satus, status", // missing
    "statuss, status", // too many
    "stadus, status", // wrong
    "keep, Keep", // case
    "lora, lora_alpha", // a beginning
    "lroa, lora_alpha", // a mistyped beginning
    "val_sizes, val_size",
  })
  void of_aMistypedName_isTheOneThatWasMeant(String name, String meant) {
    assertThat(Nearest.of(name, KNOWN)).containsExactly(meant);
  }

  @Test
  void of_equallyNearNames_areTwo_theLongerCommonBeginningFirst() {
    assertThat(Nearest.of("repor", KNOWN)).containsExactly("report", "repro");
    assertThat(Nearest.of("reprot", KNOWN)).containsExactly("repro", "report");
    assertThat(Nearest.of("step", List.of("step3", "step1", "step2")))
        .containsExactly("step1", "step2");
  }

  @Test
  void of_nothingNear_isNothing() {
    assertThat(Nearest.of("banana", KNOWN)).isEmpty();
    assertThat(Nearest.of("x", List.of("y"))).isEmpty();
    assertThat(Nearest.of("", KNOWN)).isEmpty();
    assertThat(Nearest.of("status", List.of())).isEmpty();
  }

  @Test
  void hint_isAClauseForAMessage() {
    assertThat(Nearest.hint("sttaus", KNOWN)).isEqualTo("; did you mean 'status'?");
    assertThat(Nearest.hint("repor", KNOWN)).isEqualTo("; did you mean 'report' or 'repro'?");
    assertThat(Nearest.hint("banana", KNOWN)).isEmpty();
    assertThat(Nearest.hint("banana", KNOWN, "; known: all")).isEqualTo("; known: all");
  }
}
