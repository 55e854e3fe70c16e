package dev.ftpipe.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatTemplateTest {
  private static final Path HERE = Path.of("src/test/resources/text");
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "tiny_llama", "tiny_llama_tied"})
  void render_smallTokenizers_agreesWithTheReference(String name) throws IOException {
    agree(HERE.resolve("chat_templates.json"), HERE, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "chatml_smollm2"})
  void render_realTokenizers_agreesWithTheReference(String name) throws IOException {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no fixtures in " + FIXTURES);
    agree(FIXTURES.resolve("chat_templates.json"), FIXTURES, name);
  }

  private void agree(Path expected, Path tokenizers, String name) throws IOException {
    JsonNode root = Json.mapper().readTree(expected.toFile()).get(name);
    Files.copy(tokenizers.resolve(root.get("tokenizer").asText()), folder.resolve(Tokenizer.NAME));
    Files.writeString(folder.resolve(TokenizerConfig.NAME), "{}");
    Map<String, String> tokens =
        Map.of(
            "bos_token", root.get("bos_token").asText(),
            "eos_token", root.get("eos_token").asText());
    List<ChatTemplate> templates = new ArrayList<>();
    templates.add(ChatTemplate.of(root.get("template").asText(), name));
    if (root.get("training_template").isTextual()) {
      templates.add(ChatTemplate.of(root.get("training_template").asText(), name));
    }
    assertThat(root.get("cases")).hasSizeGreaterThanOrEqualTo(9);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      for (var each : root.get("cases").properties()) {
        JsonNode one = each.getValue();
        List<Message> messages = messages(one.get("messages"));
        for (ChatTemplate template : templates) {
          String text = template.render(messages, false, tokens);
          assertThat(text).as(each.getKey()).isEqualTo(one.get("text").asText());
          assertThat(tokenizer.encode(text, false))
              .as(each.getKey())
              .containsExactly(Json.mapper().treeToValue(one.get("ids"), long[].class));
          assertThat(template.render(messages, true, tokens))
              .as(each.getKey())
              .isEqualTo(one.get("text_generation_prompt").asText());
        }
      }
    }
  }

  private static List<Message> messages(JsonNode node) {
    List<Message> messages = new ArrayList<>();
    node.forEach(
        each -> messages.add(new Message(each.get("role").asText(), each.get("content").asText())));
    return messages;
  }

  @ParameterizedTest
  @CsvSource({"llama2, tiny_llama", "llama3, llama3", "chatml, tiny_llama_tied"})
  void builtIn_isTheReferencesTemplate(String name, String reference) throws IOException {
    JsonNode root =
        Json.mapper().readTree(HERE.resolve("chat_templates.json").toFile()).get(reference);
    var tokens = Map.of("bos_token", "<b>", "eos_token", "<e>");
    List<Message> messages = List.of(new Message("user", " a "), new Message("assistant", "b"));
    assertThat(ChatTemplate.builtIn(name).render(messages, true, tokens))
        .isEqualTo(
            ChatTemplate.of(root.get("template").asText(), "r").render(messages, true, tokens));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        // template § what, with ¶ for a newline, and what Jinja 3.1 renders with trim_blocks and
        // lstrip_blocks
        "a {%- if true %} b {% endif -%} c§a b c",
        "{% if true %}¶x¶  {% endif %}¶y¶§x¶y",
        "x¶  {{ 1 }}¶¶{{ 2 }}§x¶  1¶¶2",
        "  {%+ if true %}y{% endif +%}¶z§  y¶z",
        "a{# it's a comment #}¶b§ab",
        "{{ 'a\\nb' }}{{ \"it's\" }}§a¶bit's",
        "{{ '{{' + '%}' }}§{{%}",
        "{{ not 'a' in 'b' }}{{ not false and true }}§truetrue",
        "{{ 'x' if not 'a' == 'b' else 'y' }}§x",
        "{% set ns = namespace(n=1) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}§4",
        "{{ '  a '.strip() }}{{ 'xxbx'.rstrip('x') }}{{ 'a,b'.split(',')[-1] }}§axxbb",
        "{{ 'Ab'.upper() }}{{ 'abc'.startswith('ab') }}{{ 'aXb'.replace('X', '') }}§ABtrueab",
        "{% for m in messages %}{% if loop.last %}{{ m.role }}{% endif %}{% endfor %}§assistant",
        "{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}{{ m['role'] }}{% endfor %}§assistant",
        "{{ messages[1:]|length }}{{ messages[-1]['role'] }}{{ messages|length }}§1assistant2",
        "{{ tools is defined }}{{ messages is defined }}{{ tools is not none }}§falsetruefalse",
        "{{ messages[0].get('name', 'none') }}{{ 'a' ~ 1 ~ 'b' }}§nonea1b",
        "{% macro f(x) %}<{{ x }}>{% endmacro %}{{ f('a') }}§<a>",
        "{% raw %}{{ x }}{% endraw %}§{{ x }}",
        "{% generation %}a{% endgeneration %}¶§a",
        // Python's equality and truth
        "{% set s = '' %}{% if s != false %}a{% endif %}{% if 'x' == true or '1' == 1 %}b{% endif %}§a",
        "{% if 1 == true and 0 == false and [1] == [1.0] and none == none %}y{% endif %}§y",
        "{% if 'false' %}t{% elif true %}e{% endif %}{{ '' or 'a' }}{{ 'b' and 'c' }}{{ 0 or [] or 'd' }}§tacd",
        "{% set off = missing | default(false) %}{% if off %}on{% endif %}{{ '' | d('x', true) }}§x",
        // loops
        "{% for m in messages if m.role == 'user' %}{{ loop.index }}{{ m.content }}{{ loop.last }}{% else %}n{% endfor %}§1hitrue",
        "{% for m in messages if m.role == 'x' %}{{ m.role }}{% else %}none{% endfor %}§none",
        "{% for m in messages %}{{ loop.previtem.role }}>{{ loop.nextitem.role }};{% endfor %}§>assistant;user>;",
        "{% set a = 1 %}{% for i in [1, 2] %}{% set a = a + i %}{{ a }}{% endfor %}{{ a }}§231",
        "{% for k in {'b': 1, 'a': 2} %}{{ k }}{% endfor %}{% for c in 'xy' %}{{ c }}.{% endfor %}§bax.y.",
        "{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}{% for (a, b) in [[1, 2]] %}{{ b }}{% endfor %}§a2b12",
        "{% for i in [1, 2, 3] %}{% if i == 2 %}{% if true %}{% continue %}{% endif %}x{% endif %}{{ i }}{% endfor %}§13",
        "{% for i in [1, 2] %}{% for j in [1, 2] %}{% break %}{% endfor %}{{ i }}{{ loop.cycle('a', 'b') }}{% endfor %}§1a2b",
        // texts
        "{{ '\\u00e9\\x41\\d' }}{{ 'a=b=c'.partition('=')[2] }}{{ ','.join(['x', 'y']) }}§éA\\db=cx,y",
        "{{ 'aXa'.replace('a', 'b', 1) }}{{ 'abab'.find('a', 1) }}{{ 'v1.'.removeprefix('v').removesuffix('.') }}§bXa21",
        "{% if 'a' is iterable and 'a' is sequence and messages[0] is iterable %}y{% endif %}§y",
        "{{ {'a': {'b': [1, none, true]}} | tojson }}{{ messages[0] | tojson }}§{\"a\": {\"b\": [1, null, true]}}{\"role\": \"user\", \"content\": \"hi\"}",
        "{{ {'b': [], 'a': ['<é\"'] } | tojson(indent=2, sort_keys=true) }}§{¶  \"a\": [¶    \"<é\\\"\"¶  ],¶  \"b\": []¶}",
        // tags
        "{{ -1 }}{{ -1 + 2 }}{{ 2 - 1 }}§-111",
        "x:{¶{%- if true %}y{% endif %}{ {{- 1 }}}§x:{y{1}",
        "{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(2) }}§210",
      })
  void render_asJinjaDoes(String template, String expected) {
    assertThat(render(template.replace('¶', '\n'))).isEqualTo(expected.replace('¶', '\n'));
  }

  @Test
  void render_contentThatLooksLikeATemplate_staysAsItIs() {
    assertThat(
            ChatTemplate.of("{{ messages[0].content }}", "t")
                .render(List.of(new Message("user", "{{ 1 + 1 }}{% if %}")), false, Map.of()))
        .isEqualTo("{{ 1 + 1 }}{% if %}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a~{{ raise_exception('no system role') }} | t.jinja:2: chat template: no system role",
        "{# a~b #}~{%- if true %}~{{ 1 + }}{% endif %} | t.jinja:4: chat template: Error parsing",
        "~{% if true | t.jinja:2: template tag is not closed",
        "{% unknown %} | t.jinja:1: chat template",
        "{% if true %}a | t.jinja:1: chat template",
        "{{ 'a'.getClass() }} | t.jinja:1: chat template: 'getClass' is not a text method",
        "{{ messages.getClass() }} | 'getClass' is not a method",
        "{% include '/etc/passwd' %} | t.jinja:1: chat template",
        "{{ 'a' + messages[0].name }} | cannot add an undefined value to a text",
        "{{ messages[0].name + 'a' }} | cannot add a text to an undefined value",
        "{{ 'a' + 1 }} | cannot add a number to a text",
        "{{ messages ¦ nosuch }} | the filter 'nosuch' is not known here",
        "{% if 1 is nosuch %}{% endif %} | the check 'is nosuch' is not known here",
        "{% for m in 5 %}{% endfor %} | 'for': cannot go through a number",
        "{% for a, b in messages %}{% endfor %} | an item is not a list of 2 values",
        "{{ strftime_now('%d') }} | it asks for today's date (strftime_now %d)",
        "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }} | t.jinja:1: chat template",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{{ a }}{% endfor %}{% endfor %}{% endfor %} | does not end within",
      })
  void render_aWrongTemplate_saysFileAndLine(String template, String message) {
    assertThatThrownBy(() -> render(template.replace('~', '\n').replace("¦", "|")))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message);
  }

  private static String render(String template) {
    return ChatTemplate.of(template, "t.jinja")
        .render(
            List.of(new Message("user", "hi"), new Message("assistant", "ho")), false, Map.of());
  }

  @Test
  void ofModel_looksInEveryPlace() throws IOException {
    Path config = folder.resolve(TokenizerConfig.NAME);
    Files.writeString(config, "{}");
    assertThat(ChatTemplate.ofModel(folder)).isEmpty();
    Files.writeString(
        config,
        "{\"chat_template\":[{\"name\":\"tool_use\",\"template\":\"t\"},"
            + "{\"name\":\"default\",\"template\":\"d\"}]}");
    assertThat(ofModel()).isEqualTo("d");
    Files.writeString(config, "{\"chat_template\":\"c\"}");
    assertThat(ofModel()).isEqualTo("c");
    Files.writeString(folder.resolve("chat_template.jinja"), "j");
    assertThat(ofModel()).isEqualTo("j");
  }

  private String ofModel() throws IOException {
    return ChatTemplate.ofModel(folder).orElseThrow().render(List.of(), false, Map.of());
  }
}
