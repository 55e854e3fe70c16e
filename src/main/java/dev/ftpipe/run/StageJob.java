package dev.ftpipe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Reproducible;
import dev.ftpipe.dag.Resources;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.store.Artifact;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stage as a machine needs it that has no pipeline file: one JSON object.
 *
 * @param key of the stage, in hex
 * @param ingredients whose digest is the key
 * @param commands of a shell stage; empty for a built-in
 * @param folder where the commands run
 * @param kind of a built-in
 * @param inPorts and {@code outPorts}: which port reads and writes what, of a built-in
 * @param inputs content that has to be in place, by path
 * @param texts files that hold the declared params, by path
 * @param outputs all paths that it writes
 * @param shared whether the result may be given to anybody with the same key
 */
public record StageJob(
    String name,
    String key,
    ObjectNode ingredients,
    List<String> commands,
    String folder,
    Optional<String> kind,
    ObjectNode parameters,
    Map<String, List<String>> inPorts,
    Map<String, String> outPorts,
    Map<String, String> env,
    Map<String, Artifact> inputs,
    Map<String, String> texts,
    List<String> outputs,
    boolean shared,
    Optional<Long> timeoutMillis,
    int retries) {

  static StageJob of(
      Stage stage,
      Ingredients ingredients,
      Map<String, Artifact> inputs,
      Map<String, String> texts) {
    boolean isShell = stage.action() instanceof Action.Shell;
    Action.Shell shell =
        stage.action() instanceof Action.Shell its ? its : new Action.Shell(List.of(), ".");
    Optional<Action.Call> call =
        stage.action() instanceof Action.Call its ? Optional.of(its) : Optional.empty();
    return new StageJob(
        stage.name(),
        ingredients.key().hex(),
        ingredients.document(),
        isShell ? shell.commands() : List.of(),
        shell.folder(),
        call.map(its -> its.kind().name()),
        call.map(Action.Call::parameters).orElseGet(JsonNodeFactory.instance::objectNode),
        call.map(Action.Call::inputs).orElse(Map.of()),
        call.map(Action.Call::outputs).orElse(Map.of()),
        stage.env(),
        inputs,
        texts,
        stage.outs().stream().map(Output::path).toList(),
        stage.outs().stream().allMatch(output -> output.cache() && output.push()),
        stage.timeout().map(Duration::toMillis),
        stage.retries());
  }

  /** The stage again, as far as running it needs. */
  Stage stage(Map<String, StageKind<?>> kinds) {
    return new Stage(
        name,
        name,
        Location.ofArgument("the job"),
        action(kinds),
        List.copyOf(inputs.keySet()),
        List.of(),
        outputs.stream()
            .map(
                path ->
                    new Output(
                        path,
                        Output.Role.OUT,
                        true,
                        false,
                        true,
                        Optional.empty(),
                        Optional.empty()))
            .toList(),
        env,
        Resources.UNSAID,
        timeoutMillis.map(Duration::ofMillis),
        retries,
        false,
        false,
        new Reproducible.Bytes(),
        Optional.empty());
  }

  private Action action(Map<String, StageKind<?>> kinds) {
    if (kind.isEmpty()) {
      return new Action.Shell(commands, folder);
    }
    StageKind<?> known = kinds.get(kind.get());
    if (known == null) {
      throw FtpipeException.usage("this ftpipe has no built-in stage '" + kind.get() + "'");
    }
    return new Action.Call(known, parameters, inPorts, outPorts);
  }
}
