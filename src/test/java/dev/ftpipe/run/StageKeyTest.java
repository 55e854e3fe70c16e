package dev.ftpipe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is part of a key, and what is not. */
final class StageKeyTest {
  private static final Artifact A = new Artifact(Artifact.Kind.FILE, Digest.of("a"), 1);
  private static final Map<String, Artifact> INPUTS = Map.of("in.txt", A);

  private static Stages shell() {
    return Stages.shell("s", "sort in.txt > out.txt")
        .dep("in.txt")
        .param("train.lr", 2e-4)
        .env("LANG", "C")
        .out("out.txt");
  }

  private static Stages call(String name, String with) {
    return Stages.call(
        name,
        new TestKinds.Count(false),
        with,
        Map.of("text", List.of("in.txt")),
        Map.of("file", "out.txt"));
  }

  private static String key(Stages stage) {
    return key(stage, INPUTS);
  }

  private static String key(Stages stage, Map<String, Artifact> inputs) {
    return StageKey.of(stage.build(), inputs).key().hex();
  }

  // Fails when the document changes its shape: then FORMAT has to be raised, and these with it.
  @Test
  void keys_areTheSameInEveryRelease() {
    assertThat(StageKey.of(shell().build(), INPUTS).document().toString())
        .isEqualTo(
            "{\"commands\":[\"sort in.txt > out.txt\"],\"env\":{\"LANG\":\"C\"},\"folder\":\".\","
                + "\"format\":1,\"inputs\":{\"in.txt\":{\"digest\":\""
                + A.digest()
                + "\",\"kind\":\"file\"}},\"outputs\":[\"out.txt\"],"
                + "\"params\":{\"params.yaml\":{\"train.lr\":2.0E-4}}}");
    assertThat(key(shell()))
        .isEqualTo("15d0e597a816d48e5ac866901a45d21b3ed17ea91b0dc67234a05b16384ea903");
    assertThat(key(call("c", "{\"steps\": 5}")))
        .isEqualTo("0d5946baad432b5ebb88fdab1fce00c5027ca97e6b6c97e5b6414840bef9b031");
  }

  @Test
  void key_dependsOnWhatDecidesTheOutput() {
    Artifact executable = new Artifact(Artifact.Kind.EXECUTABLE, A.digest(), 1);
    Artifact other = new Artifact(Artifact.Kind.FILE, Digest.of("b"), 1);
    assertThat(
            List.of(
                key(shell()),
                key(shell(), Map.of("in.txt", executable)),
                key(shell(), Map.of("in.txt", other)),
                key(Stages.shell("s", "sort -r in.txt > out.txt").dep("in.txt").out("out.txt")),
                key(Stages.shell("s", "sort in.txt > out.txt").dep("in.txt").out("out.txt")),
                key(shell().param("train.x", 1)),
                key(shell().env("LANG", "de")),
                key(shell().out("more.txt")),
                key(call("c", "{}")),
                key(call("c", "{\"steps\": 5}"))))
        .doesNotHaveDuplicates();
  }

  @Test
  void key_isIndependentOfNameTimeoutAndHandling() {
    assertThat(key(shell().timeout(Duration.ofSeconds(1)).retries(2).alwaysChanged()))
        .isEqualTo(key(shell()));
    assertThat(key(call("other", "{\"steps\": 3}"))).isEqualTo(key(call("c", "{}")));
    Stages renamed =
        Stages.shell("another name", "sort in.txt > out.txt")
            .dep("in.txt")
            .param("train.lr", 2e-4)
            .env("LANG", "C")
            .out("out.txt", false, true);
    assertThat(key(renamed)).isEqualTo(key(shell()));
  }

  @Test
  void changes_nameEachLeaf() {
    Ingredients before = StageKey.of(shell().build(), INPUTS);
    Ingredients after =
        StageKey.of(
            Stages.shell("s", "sort in.txt > out.txt")
                .dep("in.txt")
                .param("train", Map.of("lr", 1e-4, "prompts", List.of("a", "b")))
                .out("out.txt")
                .build(),
            Map.of("in.txt", new Artifact(Artifact.Kind.TREE, Digest.of("t"), 1)));
    assertThat(after.changesSince(before))
        .extracting(Change::sentence)
        .containsExactly(
            "parameter train.lr: 2.0E-4 → 1.0E-4",
            "parameter train.prompts[0]: new (a)",
            "parameter train.prompts[1]: new (b)",
            "env LANG: gone (was C)",
            "input in.txt: changed (ca978112ca1b → " + Digest.of("t").brief() + ")");
  }
}
