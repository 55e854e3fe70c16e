package dev.ftpipe.stage.identity;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.data.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Groups of questions that share answers, read from YAML: a list of {@code {questions: […],
 * answers: […]}}.
 */
record Templates(List<Group> groups) {
  private static final String BUILT_IN = "templates.yaml";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_]+)}");

  /** Questions, each of which goes with each of the answers. */
  record Group(List<Text> questions, List<Text> answers) {}

  /** A text and where it stands. */
  record Text(String text, Location at) {
    /** The text with values for its placeholders such as {@code {name}}. */
    String filled(Map<String, String> values) {
      return PLACEHOLDER.matcher(text).replaceAll(match -> value(match.group(1), values));
    }

    private String value(String name, Map<String, String> values) {
      String value = values.get(name);
      if (value == null) {
        throw FtpipeException.pipeline(
            at
                + ": unknown placeholder {"
                + name
                + "}; known are "
                + String.join(", ", values.keySet().stream().sorted().toList())
                + Nearest.hint(name, values.keySet()));
      }
      return Matcher.quoteReplacement(value);
    }
  }

  /** The set that comes with ftpipe. */
  static Templates builtIn() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            Templates.class.getResourceAsStream(BUILT_IN), BUILT_IN + " is not in the jar")) {
      return new Reader(BUILT_IN).read(in);
    }
  }

  /** Reads a set of the user's. */
  static Templates of(Source source) throws IOException {
    try (InputStream in = Files.newInputStream(source.path())) {
      return new Reader(source.name()).read(in);
    }
  }

  private record Reader(String file) {
    Templates read(InputStream in) {
      Optional<Node> root;
      try {
        root = new Compose(LoadSettings.builder().setLabel(file).build()).composeInputStream(in);
      } catch (MarkedYamlEngineException e) {
        throw FtpipeException.pipeline(
            at(e.getProblemMark()) + ": not YAML: " + e.getProblem().lines().findFirst().orElse(""),
            e);
      } catch (YamlEngineException e) {
        throw FtpipeException.pipeline(file + ": not YAML in UTF-8", e);
      }
      if (!(root.orElse(null) instanceof SequenceNode list) || list.getValue().isEmpty()) {
        throw FtpipeException.pipeline(
            file + ": expected a list of {questions: […], answers: […]}");
      }
      return new Templates(list.getValue().stream().map(this::group).toList());
    }

    private Group group(Node node) {
      List<Text> questions = List.of();
      List<Text> answers = List.of();
      if (!(node instanceof MappingNode mapping)) {
        throw wrong(node, "expected {questions: […], answers: […]}");
      }
      for (NodeTuple entry : mapping.getValue()) {
        String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
        switch (key) {
          case "questions" -> questions = texts(entry.getValueNode(), key);
          case "answers" -> answers = texts(entry.getValueNode(), key);
          default ->
              throw wrong(
                  entry.getKeyNode(), "unknown key '" + key + "'; expected questions and answers");
        }
      }
      if (questions.isEmpty() || answers.isEmpty()) {
        throw wrong(node, "no '" + (questions.isEmpty() ? "questions" : "answers") + "'");
      }
      return new Group(questions, answers);
    }

    private List<Text> texts(Node node, String key) {
      if (!(node instanceof SequenceNode list)) {
        throw wrong(node, "'" + key + "' is not a list of texts");
      }
      List<Text> texts = new ArrayList<>();
      for (Node each : list.getValue()) {
        if (!(each instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
          throw wrong(each, "'" + key + "' holds something else than a text");
        }
        texts.add(new Text(scalar.getValue(), at(each.getStartMark())));
      }
      return texts;
    }

    private FtpipeException wrong(Node node, String what) {
      return FtpipeException.pipeline(at(node.getStartMark()) + ": " + what);
    }

    private Location at(Optional<Mark> mark) {
      return mark.map(m -> new Location(file, m.getLine() + 1, m.getColumn() + 1))
          .orElse(new Location(file, 1, 1));
    }
  }
}
