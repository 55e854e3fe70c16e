package dev.ftpipe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ${…}} becomes; the renderings are those of DVC 3.67. */
final class TemplateTest {
  private static final String VALUES =
      """
      a: {b: [1, {c: two}], d: 2e-4}
      yes_: true
      none: null
      big: 123456789012345678901234567890
      whole: 3.0
      tiny: 1e-5
      huge: 1e16
      list: [1, 2]
      flags: {lr: 2e-4, fp16: true, bf16: false, name: it's me, safe: a/b_c,
        sizes: [1, two words, true], nested: {deep: {x: 1}}, empty: [], nothing: null, blank: ''}
      odd: {x: [[1]]}
      """;

  private final Problems problems = new Problems();
  private final Variables variables =
      new Variables(Yaml.parse(VALUES, "params.yaml", problems).orElseThrow());

  private JsonNode resolve(String template, Template.Mappings mappings) {
    Located parsed = Yaml.parse("v: " + template, "f.yaml", problems).orElseThrow();
    return new Template(variables, mappings, problems).resolve(parsed).node().get("v");
  }

  private JsonNode resolve(String template) {
    JsonNode resolved = resolve(template, Template.Mappings.REFUSED);
    problems.throwIfAny();
    return resolved;
  }

  private String problemOf(String template, Template.Mappings mappings) {
    resolve(template, mappings);
    return catchThrowableOfType(FtpipeException.class, problems::throwIfAny).getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "${a.b[0]} | 1",
        "${a.b.0} | 1",
        "${a.b[-1].c} | \"two\"",
        "${ a.d } | 2.0E-4",
        "${yes_} | true",
        "${none} | null",
        "${big} | 123456789012345678901234567890",
        "${list} | [1,2]",
        "'x ${a.b[0]} ${a.d} ${yes_} ${none}' | \"x 1 0.0002 true None\"",
        "'${big}${whole}-${tiny}-${huge}' | \"1234567890123456789012345678903.0-1e-05-1e+16\"",
        "'\\${a} ${a.b[0]}' | \"${a} 1\"",
        "'\\${a}' | \"${a}\"",
        "'${not closed' | \"${not closed\"",
        "'$a {a} $(a)' | \"$a {a} $(a)\"",
      })
  void valuesAreFoundAndRendered(String template, String json) {
    assertThat(resolve(template)).hasToString(json);
  }

  @Test
  void keysAreTemplatesToo() {
    assertThat(resolve("{'x-${a.b[0]}': '${a.b[0]}', y: [z, '${yes_}']}"))
        .hasToString("{\"x-1\":1,\"y\":[\"z\",true]}");
  }

  @Test
  void aMappingInACommandBecomesFlags() {
    assertThat(resolve("'run ${flags} now'", Template.Mappings.AS_FLAGS).textValue())
        .isEqualTo(
            "run --lr 0.0002 --fp16 --name 'it'\"'\"'s me' --safe a/b_c --sizes 1 'two words' True"
                + " --nested.deep.x 1 --nothing None --blank '' now");
  }

  @Test
  void itemHidesTheVariableOfTheSameName() {
    Located item = Yaml.parse("{x: 5}", "f.yaml", problems).orElseThrow();
    Located template = Yaml.parse("['${a.x}', '${yes_}']", "f.yaml", problems).orElseThrow();
    Template instance =
        new Template(variables.with(Map.of("a", item)), Template.Mappings.REFUSED, problems);
    assertThat(instance.resolve(template).node()).hasToString("[5,true]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "${lst} | ${lst}: there is no variable 'lst'; did you mean 'list'?",
        "${a.e} | ${a.e}: there is no 'e' in 'a' (params.yaml:1:4)",
        "${flags.fp_16} | ${flags.fp_16}: there is no 'fp_16' in 'flags' (params.yaml:9:8); did you"
            + " mean 'fp16'?",
        "${list[2]} | ${list[2]}: there is no item 2 in 'list' (params.yaml:8:7), which has 2",
        "${yes_.x} | ${yes_.x}: 'yes_' (params.yaml:2:7) is true, which has no part 'x'",
        "'${}' | ${}: '' is no name of a variable, as in ${a.b[0]}",
        "'${a..b}' | ${a..b}: 'a..b' is no name of a variable, as in ${a.b[0]}",
        "'${a[0}' | ${a[0}: 'a[0' is no name of a variable, as in ${a.b[0]}",
        "'x ${list}' | ${list} is a list (params.yaml:8:7), which cannot stand inside a text",
        "'x ${a}' | ${a} is a mapping (params.yaml:1:4), which cannot stand inside a text",
      })
  void mistakesAreFound(String template, String message) {
    assertThat(problemOf(template, Template.Mappings.REFUSED)).isEqualTo("f.yaml:1:4: " + message);
  }

  @Test
  void inACommandTheShellsVariablesAreRemembered() {
    assertThat(problemOf("echo ${SHELL}", Template.Mappings.AS_FLAGS))
        .isEqualTo(
            "f.yaml:1:4: ${SHELL}: there is no variable 'SHELL' (for a variable of the shell write"
                + " \\${SHELL})");
  }

  @Test
  void listsOfListsAreNoFlags() {
    assertThat(problemOf("run ${odd}", Template.Mappings.AS_FLAGS))
        .isEqualTo(
            "f.yaml:1:4: ${odd}: the list 'x' holds lists or mappings, which no flag can carry");
  }

  @Test
  void whatFollowsFromAnUnknownVariableIsNotSaid() {
    Located parsed = Yaml.parse("{n: '${nope}'}", "f.yaml", problems).orElseThrow();
    Located resolved = new Template(variables, Template.Mappings.REFUSED, problems).resolve(parsed);
    Section section = Section.of(resolved, "it", problems).orElseThrow();
    assertThat(section.count("n")).isEmpty();
    assertThat(problems.size()).isEqualTo(1);
  }

  @Test
  void varsAreFilesAndMappingsAndDefineANameOnce(@org.junit.jupiter.api.io.TempDir Path folder)
      throws java.io.IOException {
    java.nio.file.Files.writeString(folder.resolve("params.yaml"), "a: {x: 1}\n");
    java.nio.file.Files.writeString(folder.resolve("more.yaml"), "m: 2\nn: 3\n");
    ParamFiles files = new ParamFiles(folder, ParamOverrides.NONE, problems);
    VarsReader reader = new VarsReader(files, problems);
    Located good =
        Yaml.parse("[{a: {y: 5}}, 'more.yaml:m', params.yaml]", "f.yaml", problems).orElseThrow();
    Variables vars = reader.global(good.items());
    problems.throwIfAny();
    assertThat(vars.global().node()).hasToString("{\"a\":{\"x\":1,\"y\":5},\"m\":2}");

    Located bad =
        Yaml.parse(
                "[{a: {x: 2}}, 'more.yaml:k', none.yaml, '${a}', 5, 'params.yaml:a']",
                "f.yaml",
                problems)
            .orElseThrow();
    reader.global(bad.items());
    assertThat(catchThrowableOfType(FtpipeException.class, problems::throwIfAny))
        .hasMessage(
            """
            f.yaml:1:7: 'a.x' is defined at params.yaml:1:5 already
            f.yaml:1:15: there is no 'k' in more.yaml
            f.yaml:1:30: there is no file 'none.yaml'
            f.yaml:1:41: vars hold values, not ${…}
            f.yaml:1:49: vars hold names of files and mappings; found the number 5
            f.yaml:1:52: 'params.yaml' is loaded already; name it once""");
  }
}
