package dev.ftpipe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonPointer;
import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values, places, and files that are wrong. */
final class YamlTest {
  private final Problems problems = new Problems();

  private Located parse(String text) {
    return Yaml.parse(text, "f.yaml", problems).orElseThrow();
  }

  private String problemsOf(Optional<Located> outcome) {
    assertThat(outcome).isEmpty();
    return catchThrowableOfType(FtpipeException.class, problems::throwIfAny).getMessage();
  }

  private String problemsOf(String text) {
    return problemsOf(Yaml.parse(text, "f.yaml", problems));
  }

  /** What ruamel.yaml 0.18 reads as YAML 1.2, the reader of DVC. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "2e-4 | 2.0E-4",
        "2E-4 | 2.0E-4",
        "1e5 | 100000.0",
        "yes | \"yes\"",
        "n | \"n\"",
        "on | \"on\"",
        "TRUE | true",
        "False | false",
        "tRue | \"tRue\"",
        "0o17 | 15",
        "017 | 17",
        "08 | 8",
        "0x1F | 31",
        "0b11 | 3",
        "-0x10 | -16",
        "0o | \"0o\"",
        "1_000 | 1000",
        "1__0 | 10",
        "_1 | \"_1\"",
        "+1 | 1",
        ".5 | 0.5",
        "1. | 1.0",
        ".5e3 | \".5e3\"",
        ".5e+3 | 500.0",
        "09.5 | 9.5",
        "1:30 | \"1:30\"",
        "2147483648 | 2147483648",
        "123456789012345678901234567890 | 123456789012345678901234567890",
        "~ | null",
        "Null | null",
        "nUll | \"nUll\"",
        "2020-01-01 | \"2020-01-01\"",
        "= | \"=\"",
        "'5' | \"5\"",
        "!!str 5 | \"5\"",
        "!!int '5' | 5",
        "!!float 5 | 5.0",
        "- | [null]",
        "-1 | -1",
      })
  void scalarsAreThoseOfRuamel(String yaml, String json) {
    assertThat(parse(yaml).node()).hasToString(json);
  }

  @Test
  void notFiniteNumbers() {
    assertThat(parse("-.inf").node().doubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(parse(".NaN").node().doubleValue()).isNaN();
  }

  @Test
  void everyKeyAndValueHasItsPlace() {
    Located root = parse("a:\n  b: [1, {c: two}]\n  d:\n    text\n");
    assertThat(at(root, "/a")).hasToString("f.yaml:2:3");
    assertThat(at(root, "/a/b")).hasToString("f.yaml:2:6");
    assertThat(at(root, "/a/b/1/c")).hasToString("f.yaml:2:14");
    assertThat(root.place().find(JsonPointer.compile("/a/b/1/c")).key()).hasToString("f.yaml:2:11");
    assertThat(at(root, "/a/d")).hasToString("f.yaml:4:5");
    assertThat(at(root, "/a/nothing/7")).hasToString("f.yaml:2:3");
  }

  private static Object at(Located root, String pointer) {
    return root.place().find(JsonPointer.compile(pointer)).at();
  }

  @Test
  void anchorsAndMergedKeys() {
    Located root = parse("a: &x {p: 1, q: 2}\nb: {q: 3, <<: *x, r: 4}\nc: [*x, *x]\n");
    assertThat(root.node().get("b")).hasToString("{\"p\":1,\"q\":3,\"r\":4}");
    assertThat(root.node().get("c")).hasToString("[{\"p\":1,\"q\":2},{\"p\":1,\"q\":2}]");
    assertThat(at(root, "/c/1")).hasToString("f.yaml:3:9");
  }

  @Test
  void jsonIsYaml() {
    assertThat(parse("{\"a\": [1, 2.5e-3, \"x\\ny\", null]}").node())
        .hasToString("{\"a\":[1,0.0025,\"x\\ny\",null]}");
  }

  @Test
  void anEmptyTextIsNothing() {
    assertThat(parse("").node().isNull()).isTrue();
    assertThat(parse("# only this\n").node().isNull()).isTrue();
  }

  @Test
  void keysAreThereOnce() {
    assertThat(problemsOf("a: 1\nb: {c: 1, c: 2}\na: 2\n"))
        .isEqualTo(
            """
            f.yaml:2:11: key 'c' is here twice; it stands at f.yaml:2:5 already
            f.yaml:3:1: key 'a' is here twice; it stands at f.yaml:1:1 already""");
  }

  @Test
  void tabsDoNotIndent() {
    assertThat(problemsOf("a:\n\tb: 1\n"))
        .isEqualTo("f.yaml:2:1: a tab where YAML expects spaces; indent with spaces");
  }

  @Test
  void brokenYamlHasItsPlace() {
    assertThat(problemsOf("a: [1, 2\nb: 3\n")).startsWith("f.yaml:2:2: not YAML: ");
  }

  @Test
  void oneDocumentOnly() {
    assertThat(problemsOf("a: 1\n---\nb: 2\n"))
        .isEqualTo("f.yaml:2:1: a second document; a configuration file holds one");
  }

  @Test
  void unknownTags() {
    assertThat(problemsOf("a: !include x\nb: !!int x\nc: !!set {x}\n"))
        .isEqualTo(
            """
            f.yaml:1:4: cannot read 'x' as !include
            f.yaml:2:4: cannot read 'x' as !!int
            f.yaml:3:4: unknown tag !!set""");
  }

  @Test
  void keysAreTexts() {
    assertThat(problemsOf("? [a]\n: 1\n"))
        .isEqualTo("f.yaml:1:3: a key has to be a text, not a list or mapping");
  }

  @Test
  void anAliasNeedsAnAnchorBeforeIt() {
    assertThat(problemsOf("a: *x\n"))
        .isEqualTo("f.yaml:1:4: alias '*x' names no anchor '&x' above it");
  }

  @Test
  void aValueCannotHoldItself() {
    assertThat(problemsOf("a: &x [*x]\n")).startsWith("f.yaml:1:8: alias '*x'");
  }

  @Test
  void aliasesDoNotExplode() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [ha, ha]\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(problemsOf(laughs.toString())).contains("aliases unfold to more than 100000 values");
  }

  @Test
  void nestingIsBoundedAlsoThroughAliases() {
    assertThat(problemsOf("[".repeat(100_000))).contains("nested deeper than 100 levels");
    StringBuilder deep = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 200; i++) {
      deep.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
    }
    assertThat(problemsOf(deep.toString())).contains("nested deeper than 100 levels");
  }

  @Test
  void filesThatCannotBe(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("f");
    assertThat(problemsOf(Yaml.read(file, "f", problems)))
        .isEqualTo("f:1:1: there is no such file");
    Problems others = new Problems();
    assertThat(Yaml.read(folder, "g", others)).isEmpty();
    assertThat(catchThrowableOfType(FtpipeException.class, others::throwIfAny))
        .hasMessage("g:1:1: is a folder; a file is expected");
  }

  @Test
  void aHugeFileIsNotRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(100 << 20);
    }
    assertThat(problemsOf(Yaml.read(file, "huge", problems)))
        .isEqualTo(
            "huge:1:1: holds 100 MiB; a configuration file may hold 16 MiB. Is it a data file?");
  }

  @Test
  void utf8Only(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("f");
    Files.write(file, "a: ü\nb: x\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(problemsOf(Yaml.read(file, "f", problems)))
        .isEqualTo("f:1:4: not UTF-8: byte 0xFC at offset 3; save the file as UTF-8");
  }

  @Test
  void aSequenceCutShortIsNotUtf8(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("f");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xC3});
    assertThat(problemsOf(Yaml.read(file, "f", problems)))
        .startsWith("f:1:4: not UTF-8: byte 0xC3");
  }

  @Test
  void aByteOrderMarkIsSkipped(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(file, "\uFEFFa: ü 😀\n");
    assertThat(Yaml.read(file, "f", problems).orElseThrow().node()).hasToString("{\"a\":\"ü 😀\"}");
  }

  @Test
  void controlCharactersAreFound() {
    assertThat(problemsOf("a: x\nb: y\u0001z\n"))
        .isEqualTo(
            "f.yaml:2:5: the character U+0001 may not stand in YAML; write it as an escape in"
                + " quotes");
  }

  @Test
  void manyProblemsAreCutShort() {
    StringBuilder twice = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      twice.append("a: 1\n");
    }
    assertThat(problemsOf(twice.toString())).endsWith("(and 9 more problems)");
  }
}
