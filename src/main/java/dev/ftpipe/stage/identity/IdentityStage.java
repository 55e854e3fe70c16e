package dev.ftpipe.stage.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.data.OutputFile;
import dev.ftpipe.data.OutputSection;
import dev.ftpipe.data.PairLine;
import dev.ftpipe.data.Permutations;
import dev.ftpipe.data.SampleSize;
import dev.ftpipe.data.Source;
import dev.ftpipe.stage.Parameters;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageContext;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes records about who the model is: each question of a group with each of its answers, in the
 * order of groups, questions, answers; shuffled as Python's {@code random.Random(seed).shuffle}
 * does; then the subset.
 */
public final class IdentityStage implements StageKind<IdentityStage.With> {
  private static final String TEMPLATES = "templates";

  /**
   * What the stage is told.
   *
   * @param name what the model shall call itself
   * @param organization who makes it
   * @param baseModel what it was made from
   */
  public record With(
      String name, String organization, String baseModel, SampleSize subsetSize, long seed) {}

  @Override
  public String name() {
    return "identity";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public List<Port> inputs() {
    return List.of(Port.optional(TEMPLATES));
  }

  @Override
  public List<Port> outputs() {
    return List.of(Port.required("records"));
  }

  @Override
  public Class<With> parametersType() {
    return With.class;
  }

  @Override
  public ObjectNode defaults() {
    return Parameters.defaults("{\"subset_size\": 1, \"seed\": 42}");
  }

  @Override
  public void run(StageContext<With> context) throws IOException {
    With with = context.parameters();
    Optional<Path> given = context.optionalInput(TEMPLATES);
    String source = given.map(context::display).orElse("the built-in templates");
    Templates templates =
        given.isPresent() ? Templates.of(new Source(given.get(), source)) : Templates.builtIn();
    List<byte[]> lines = lines(templates, with);
    int chosen = with.subsetSize.of(lines.size(), "subset_size", source);
    int[] order = Permutations.python(with.seed, lines.size());
    try (OutputFile out = new OutputFile(context.output("records"))) {
      try (OutputSection section = out.section(0)) {
        for (int i = 0; i < chosen; i++) {
          byte[] line = lines.get(order[i]);
          section.line(line, 0, line.length);
        }
      }
      out.commit();
    }
    context.progress(new Progress(chosen, chosen, "records", ""));
    context.log(chosen + " records of " + lines.size() + " questions with answers");
  }

  private static List<byte[]> lines(Templates templates, With with) {
    Map<String, String> values =
        Map.of(
            "name", with.name,
            "organization", with.organization,
            "base_model", with.baseModel);
    PairLine line = new PairLine();
    List<byte[]> lines = new ArrayList<>();
    for (Templates.Group group : templates.groups()) {
      for (Templates.Text question : group.questions()) {
        for (Templates.Text answer : group.answers()) {
          lines.add(line.of(question.text(), answer.filled(values)));
        }
      }
    }
    return lines;
  }
}
