package dev.ftpipe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code -S} makes of a params file: the value changes and nothing else. */
final class ParamEditsTest {
  private static final String YAML =
      """
      # All of it
      seed: 42   # of everything
      train:
        rate: 'fast'  # quoted
        sizes: [1, 2]
        note: |
          two
          lines

        lora:
        # below
        - r: 8
          alpha: 16 # last
      base: &b {x: 1}
      copy: *b
      empty:
      """;

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seed=7 | seed: 42   # | seed: 7   #",
        "seed=1e-4 | seed: 42   # | seed: 1.0e-4   #",
        "seed=2.5 | seed: 42 | seed: 2.5",
        "seed='7' | seed: 42 | seed: \"7\"",
        "seed=yes | seed: 42 | seed: \"yes\"",
        "seed=true | seed: 42 | seed: true",
        "seed= | seed: 42 | seed: \"\"",
        "seed=null | seed: 42 | seed: null",
        "seed=[1, {a: b}] | seed: 42 | seed: [1, {a: b}]",
        "train.rate=a: b # c | 'fast'  # quoted | \"a: b # c\"  # quoted",
        "train.sizes[-1]=3 | [1, 2] | [1, 3]",
        "train.sizes=x | [1, 2] | x",
        "train.lora[0].r=4 | r: 8 | r: 4",
        "base.x=2 | {x: 1} | {x: 2}",
        "+base.y=2 | {x: 1} | {x: 1, y: 2}",
        "+train.more=1 | alpha: 16 # last\\n | alpha: 16 # last\\n  more: 1\\n",
        "+train.deep.er=1 | alpha: 16 # last\\n | alpha: 16 # last\\n  deep:\\n    er: 1\\n",
        "+train.lora[0].beta=1 | alpha: 16 # last\\n | alpha: 16 # last\\n    beta: 1\\n",
        "+new=1 | empty:\\n | empty:\\nnew: 1\\n",
        "empty=1 | empty: | empty: 1",
        "+empty.x.y=1 | empty: | empty: {x: {y: 1}}",
        "~seed | seed: 42   # of everything\\n | ''",
        "~train.sizes | '  sizes: [1, 2]\\n' | ''",
        "~train.lora[0].r | - r: 8\\n    alpha | - alpha",
        "train.note=one | note: |\\n    two\\n    lines\\n | note: one\\n",
        "copy=1 | copy: *b | copy: 1",
      })
  void onlyTheValueChanges(String option, String old, String fresh) {
    // A bar divides the columns, so the block of text is spelled out here.
    String from = option.startsWith("train.note") ? "note: |\n    two\n    lines\n" : plain(old);
    String to = option.startsWith("train.note") ? "note: one\n" : plain(fresh);
    assertThat(YAML).contains(from);
    assertThat(edited("params.yaml", YAML, option)).isEqualTo(YAML.replace(from, to));
  }

  private static String plain(String column) {
    return column.replace("\\n", "\n");
  }

  @Test
  void aBlockGivesWayToAListOnOneLine() {
    assertThat(edited("p.yaml", "a:\n  - 1\n  - 2\nb: 1\n", "p.yaml:a=[3]"))
        .isEqualTo("a: [3]\nb: 1\n");
    assertThat(edited("p.yaml", "a:\n- 1\n- 2", "p.yaml:a=x")).isEqualTo("a: x");
  }

  @Test
  void aMappingOverAMappingSetsItsMembers() {
    assertThat(edited("p.yaml", "a: {b: 1, c: 2}\n", "p.yaml:a={c: 3, b: 4}"))
        .isEqualTo("a: {b: 4, c: 3}\n");
    assertThat(edited("p.yaml", "a: {b: 1}\n", "p.yaml:++a={b: 2, c: 3}"))
        .isEqualTo("a: {b: 2, c: 3}\n");
  }

  @Test
  void lineBreaksAndWideCharactersStay() {
    assertThat(
            edited("p.yaml", "# 🙂\r\na: '🙂' # 🙂\r\nb: 1 # x\r\n", "p.yaml:b=2", "p.yaml:+c=3"))
        .isEqualTo("# 🙂\r\na: '🙂' # 🙂\r\nb: 2 # x\r\nc: 3\r\n");
  }

  @Test
  void anEmptyFileTakesNewKeys() {
    assertThat(edited("p.yaml", "", "p.yaml:+a.b=1")).isEqualTo("a:\n  b: 1\n");
    assertThat(edited("p.yaml", "# nothing", "p.yaml:+a=1")).isEqualTo("# nothing\na: 1\n");
  }

  @Test
  void aMergedKeyIsSetWhereItIsMergedIn() {
    assertThat(edited("p.yaml", "b: &b {x: 1}\nc:\n  <<: *b\n", "p.yaml:c.x=2"))
        .isEqualTo("b: &b {x: 1}\nc:\n  <<: *b\n  x: 2\n");
  }

  @Test
  void jsonKeepsItsShape() {
    String json = "{\n\t\"a\": 1,\n\t\"b\": {\"c\": [1, 2], \"d\": \"x\\\"y\"}\n}\n";
    assertThat(edited("p.json", json, "p.json:a=1e-4")).contains("\"a\": 1.0e-4,");
    assertThat(edited("p.json", json, "p.json:b.d=z", "p.json:b.c[0]=null"))
        .isEqualTo("{\n\t\"a\": 1,\n\t\"b\": {\"c\": [null, 2], \"d\": \"z\"}\n}\n");
    assertThat(edited("p.json", json, "p.json:+e.f=true"))
        .isEqualTo(json.replace("}\n}", "},\n\t\"e\": {\"f\": true}\n}"));
    assertThat(edited("p.json", json, "p.json:~a"))
        .isEqualTo("{\n\t\"b\": {\"c\": [1, 2], \"d\": \"x\\\"y\"}\n}\n");
  }

  @Test
  void tomlKeepsItsShape() {
    String toml =
        """
        seed = 42 # of all

        [train] # here
        rate = "fast"
        "odd name" = [ 1, # one
          2 ]
        in = {x = 1}

        [[parts]]
        n = 1
        [[parts]]
        n = 2
        """;
    assertThat(
            edited("p.toml", toml, "p.toml:seed=7", "p.toml:train.in.x=2", "p.toml:parts[1].n=3"))
        .isEqualTo(toml.replace("42", "7").replace("{x = 1}", "{x = 2}").replace("n = 2", "n = 3"));
    assertThat(edited("p.toml", toml, "p.toml:+train.new=[a, 1.5]"))
        .isEqualTo(toml.replace("{x = 1}\n", "{x = 1}\nnew = [\"a\", 1.5]\n"));
    assertThat(edited("p.toml", toml, "p.toml:+top=x"))
        .isEqualTo(toml.replace("of all\n", "of all\ntop = \"x\"\n"));
    assertThat(edited("p.toml", toml, "p.toml:~train.rate"))
        .isEqualTo(toml.replace("rate = \"fast\"\n", ""));
  }

  @Test
  void whatCannotBeChangedIsFound() throws IOException {
    Files.writeString(folder.resolve("params.yaml"), YAML);
    Files.writeString(folder.resolve("p.toml"), "a = 1\n");
    Files.writeString(folder.resolve("p.py"), "a = 1\n");
    assertThatThrownBy(
            () ->
                ParamEdits.apply(
                    folder,
                    Assignment.grid(
                            List.of(
                                "sed=1",
                                "+seed=1",
                                "seed.x=1",
                                "+seed.x=1",
                                "~nothing",
                                "p.toml:a=null",
                                "p.py:a=1",
                                "none.yaml:a=1"))
                        .get(0)))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll(
            "-S sed=1: there is no parameter 'sed' in params.yaml; did you mean 'seed'?"
                + " (+sed=… adds it)",
            "-S +seed=1: there is a parameter 'seed' in params.yaml already; leave out the '+'",
            "-S +seed.x=1: 'seed' is the number 42 and takes no 'x'",
            "-S p.toml:a=null: TOML has no null",
            "-S p.py:a=1: a Python file is not changed; edit 'p.py' by hand",
            "none.yaml:1:1: there is no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1,2,3 | a=1 a=2 a=3",
        "a=[1,2] | a=[1,2]",
        "a=[1,2],[3] | a=[1,2] a=[3]",
        "a='1,2',3 | a='1,2' a=3",
        "a=choice(x,y) | a=x a=y",
        "a=range(1,4) | a=1 a=2 a=3",
        "a=range(0,1,0.5) | a=0 a=0.5",
        "f.yaml:a=1 | f.yaml:a=1",
        "~a | ~a",
        "+a={x: 1,y: 2} | +a={x: 1,y: 2}",
      })
  void anOptionMayMeanSeveralValues(String option, String choices) {
    assertThat(String.join(" ", Assignment.parse(option).stream().map(Object::toString).toList()))
        .isEqualTo(choices);
  }

  @Test
  void aGridIsEveryCombinationTheLastOptionFirst() {
    assertThat(Assignment.grid(List.of("a=1,2", "b=x,y")))
        .extracting(run -> String.join(" ", run.stream().map(Object::toString).toList()))
        .containsExactly("a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y");
    assertThat(Assignment.grid(List.of())).containsExactly(List.of());
  }

  @Test
  void wrongOptionsAreFoundTogether() {
    assertThatThrownBy(
            () -> Assignment.grid(List.of("a", "b=1,,2", "c=range(x)", "d='1", "../x:e=1")))
        .isInstanceOf(FtpipeException.class)
        .hasMessage(
            """
            -S ../x:e=1: path '../x' holds '..'; a path goes down from the project folder
            -S a: has to be NAME=VALUE, as in train.learning_rate=1e-4
            -S b=1,,2: an empty value in '1,,2'; write a text with a comma in quotes
            -S c=range(x): a range is made of numbers, as in range(1,10,2)
            -S d='1: a quote is not closed: '1""");
  }

  private String edited(String file, String text, String... options) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    List<Assignment> assignments =
        Arrays.stream(options).flatMap(option -> Assignment.parse(option).stream()).toList();
    return ParamEdits.apply(folder, assignments).getOrDefault(file, "");
  }
}
