package dev.ftpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Params files with some of their values. */
final class ParamsCutTest {
  private static String cut(String file, String text, String... names) {
    Variables values =
        new Variables(ParamsFormat.of(file).parse(text, file, new Problems()).orElseThrow());
    Map<String, JsonNode> wanted = new LinkedHashMap<>();
    for (String name : names) {
      wanted.put(name, values.named(name, problem -> {}).orElseThrow());
    }
    return ParamsCut.of(file, text, wanted);
  }

  @Test
  void yaml_keepsItsOwnSpelling() {
    String text = "a:\n  rate: 2e-4 # why\n  on: yes\n  'k': \"q\"\nb: 0x10\nc: ~\nd: 1\n";
    assertThat(cut("p.yaml", text, "a.rate", "a.on", "b", "c"))
        .isEqualTo("a:\n  on: yes\n  rate: 2e-4\nb: 0x10\nc: ~\n");
  }

  @Test
  void yaml_withAnchorsAndMerges_isUnfolded() {
    String text = "base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  z: 3\nsame: *b\n";
    assertThat(cut("p.yaml", text, "own.x", "same"))
        .isEqualTo("own:\n  x: 1\nsame: {x: 1, y: 2}\n");
  }

  @Test
  void listItem_keepsItsIndex() {
    assertThat(cut("p.yaml", "a: [1, {b: 2, c: 3}, 4]\n", "a[1].b"))
        .isEqualTo("a: [null, {b: 2}, null]\n");
    assertThat(cut("p.json", "{\"a\": [1, {\"b\": 2}, 4]}", "a[1].b"))
        .isEqualTo("{\"a\":[null,{\"b\":2}]}\n");
  }

  @Test
  void groupAndItsPart_areTheGroup() {
    assertThat(cut("p.yaml", "a: {b: {c: 1, d: 2}, e: 3}\n", "a.b.c", "a.b"))
        .isEqualTo("a: {b: {c: 1, d: 2}}\n");
    assertThat(cut("p.json", "{\"a\": {\"b\": {\"c\": 1, \"d\": 2}}}", "a.b", "a.b.c"))
        .isEqualTo("{\"a\":{\"b\":{\"c\":1,\"d\":2}}}\n");
  }

  @Test
  void toml_isCut_andStaysToml() {
    String cut =
        cut("p.toml", "seed = 1\n[a]\nb = 2.5\nc = 'no'\n[a.d]\ne = [1, 2]\n", "a.b", "a.d");
    Optional<Located> again = ParamsFormat.TOML.parse(cut, "p.toml", new Problems());
    assertThat(again.orElseThrow().node().toString())
        .isEqualTo("{\"a\":{\"b\":2.5,\"d\":{\"e\":[1,2]}}}");
  }

  @Test
  void python_isAProgram_andStaysWhole() {
    assertThat(ParamsCut.of("p.py", "a = 1\nb = 2\n", Map.of("a", IntNode.valueOf(1))))
        .isEqualTo("a = 1\nb = 2\n");
  }

  @Test
  void valueOfTheCommandLine_isWritten() {
    JsonNode value = Yaml.parse("0.5", "v", new Problems()).orElseThrow().node();
    assertThat(ParamsCut.of("p.yaml", "a: 1\nb: 2\n", Map.of("a", value))).isEqualTo("a: 0.5\n");
  }

  @Test
  void missing_namesWhatWasLeftOut() {
    assertThat(ParamsCut.missing("p.yaml", "a: {b: 1, c: 2}\nd: {e: 3}\n", "a: {b: 1}\n"))
        .containsExactly("a.c", "d", "d.e");
  }
}
