package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.ParamsFormat;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Pipelines;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.stage.basemodel.BaseModelStage;
import dev.ftpipe.stage.exportgguf.ExportGgufStage;
import dev.ftpipe.stage.identity.IdentityStage;
import dev.ftpipe.stage.merge.MergeStage;
import dev.ftpipe.stage.mergemodel.MergeModelStage;
import dev.ftpipe.stage.orca.OrcaStage;
import dev.ftpipe.stage.platypus.PlatypusStage;
import dev.ftpipe.stage.sanitycheck.SanityCheckStage;
import dev.ftpipe.stage.split.SplitStage;
import dev.ftpipe.stage.train.TrainStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema and the parser agree on what a pipeline may be made of. */
final class PipelineSchemaTest {
  static final Map<String, StageKind<?>> KINDS =
      Stream.<StageKind<?>>of(
              new IdentityStage(),
              new BaseModelStage(),
              new OrcaStage(),
              new PlatypusStage(),
              new SplitStage(),
              new MergeStage(),
              new TrainStage(),
              new MergeModelStage(),
              new ExportGgufStage(),
              new SanityCheckStage())
          .collect(Collectors.toMap(StageKind::name, Function.identity()));

  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(PipelineSchema.of(KINDS));

  @TempDir Path folder;

  private static List<String> complaints(String pipeline) {
    Optional<JsonNode> node =
        ParamsFormat.of("pipeline.yaml")
            .parse(pipeline, "pipeline.yaml", new Problems())
            .map(Located::node);
    return node.isEmpty()
        ? List.of("not YAML")
        : SCHEMA.validate(node.get()).stream().map(Object::toString).toList();
  }

  private boolean isParsed(String pipeline) throws IOException {
    Files.writeString(folder.resolve("pipeline.yaml"), pipeline);
    try {
      Pipelines.load(folder, KINDS, ParamOverrides.NONE);
      return true;
    } catch (FtpipeException e) {
      return false;
    }
  }

  @Test
  void thePipelinesOfTheRepository_areAccepted() throws IOException {
    for (String path :
        List.of("pipeline.yaml", "src/main/resources/dev/ftpipe/cli/init/pipeline.yaml")) {
      assertThat(complaints(Files.readString(Path.of(path)))).as(path).isEmpty();
    }
  }

  @Test
  void whatTheParserAccepts_theSchemaAccepts() throws IOException {
    int accepted = 0;
    Pattern block = Pattern.compile("\"\"\"\\n(.*?)\"\"\"", Pattern.DOTALL);
    List<Path> sources;
    try (Stream<Path> all = Files.walk(Path.of("src/test/java/dev/ftpipe"))) {
      sources = all.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
    for (Path source : sources) {
      Matcher found = block.matcher(Files.readString(source));
      while (found.find()) {
        String text = found.group(1).stripIndent().translateEscapes();
        if (text.contains("stages:") && isParsed(text)) {
          accepted++;
          assertThat(complaints(text)).as(source + ":\n" + text).isEmpty();
        }
      }
    }
    assertThat(accepted).as("pipelines in the tests").isGreaterThan(15);
  }

  @Test
  void whatIsBuiltWrongly_bothRefuse() throws IOException {
    List<String> wrong =
        List.of(
            "stage: {}",
            "stages: [a]",
            "stages: {a: {cmd: x, outss: [y]}}",
            "stages: {a: {outs: [y]}}",
            "stages: {a: {cmd: x, uses: split}}",
            "stages: {a: {cmd: x, frozen: 'yes'}}",
            "stages: {a: {cmd: x, resources: {gpus: 1}}}",
            "stages: {a: {foreach: [1], doo: {cmd: x}}}",
            "stages: {a: {uses: spilt}}",
            "stages: {a: {uses: merge_model, in: {model: m}, out: {model: n}}}",
            "stages: {a: {uses: merge_model, in: {model: m, adapter: a, x: y}, out: {model: n}}}",
            "stages: {a: {uses: merge_model, in: {model: m, adapter: a}, out: {model: n}, with: {dtyp: f}}}",
            "stages: {}\nartifacts: {m: {desc: no path}}");
    for (String pipeline : wrong) {
      assertThat(isParsed(pipeline)).as("parser: " + pipeline).isFalse();
      assertThat(complaints(pipeline)).as("schema: " + pipeline).isNotEmpty();
    }
  }
}
