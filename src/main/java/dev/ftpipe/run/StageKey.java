package dev.ftpipe.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Param;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.Artifact;
import java.util.Map;

/**
 * Collects a stage's ingredients: whatever decides the bytes of its outputs, and nothing else. The
 * key is the SHA-256 of their canonical JSON.
 *
 * <p>Where users of DVC may expect something else: an execute bit counts here, and so does the name
 * of a file inside a folder; a list of one command is that command; a whole number and the same one
 * with a fraction ({@code 42}, {@code 42.0}) are two values, because a program may write them
 * differently; a params file that moved is another file. As there, empty folders, links in place of
 * what they point to, times and permissions other than the owner's execute bit, the order of deps,
 * params and outs, and comments do not count.
 */
final class StageKey {
  /** Raised when the meaning or the shape of the document changes; then every key does. */
  private static final int FORMAT = 1;

  private StageKey() {}

  /**
   * The ingredients of a stage that reads these inputs.
   *
   * @param inputs every path of {@link Stage#deps} with its content
   */
  static Ingredients of(Stage stage, Map<String, Artifact> inputs) {
    ObjectNode document = Json.mapper().createObjectNode().put("format", FORMAT);
    if (stage.action() instanceof Action.Call call) {
      // The built-in, and its version: raised when its output for the same input changes.
      document.put("uses", call.kind().name()).put("version", call.kind().version());

      // Resolved parameters, defaults included: a default that changes in a new release of ftpipe
      // changes the key, one that is spelled out in the pipeline file does not.
      document.set("parameters", call.parameters());

      // Which port reads and writes which path, in order: merge concatenates in the order given.
      ObjectNode in = document.putObject("in");
      call.inputs().forEach((port, paths) -> paths.forEach(in.putArray(port)::add));
      ObjectNode out = document.putObject("out");
      call.outputs().forEach(out::put);
    } else if (stage.action() instanceof Action.Shell shell) {
      // The commands after templating, and the folder that their relative paths start from.
      shell.commands().forEach(document.putArray("commands")::add);
      document.put("folder", shell.folder());

      // Declared values of params files. The files themselves are not inputs: another value in
      // them that the stage did not declare leaves its key alone.
      ObjectNode params = document.putObject("params");
      for (Param param : stage.params()) {
        group(params, param.file()).set(param.name(), param.value());
      }

      // What the commands are to write; their text may take it from elsewhere.
      ArrayNode outputs = document.putArray("outputs");
      stage.outs().stream().map(Output::path).sorted().forEach(outputs::add);
    }

    // What is read: path to content and execute bit. Times, owners and inodes do not count.
    ObjectNode content = document.putObject("inputs");
    for (String path : stage.deps()) {
      Artifact input = inputs.get(path);
      if (input == null) {
        throw new IllegalArgumentException("input without content: " + path);
      }
      content.putObject(path).put("digest", input.digest().hex()).put("kind", input.kind().text());
    }

    // Declared variables of the environment. Others are inherited but left out: they hold the
    // machine, the user and secrets.
    ObjectNode env = document.putObject("env");
    stage.env().forEach(env::put);

    // Left out, and why:
    // - stage name, group, foreach item: a renamed stage makes the same bytes;
    // - machine, host, user, project folder, time: two clones share their results;
    // - resources, timeout, retries, jobs: how a stage runs, not what it makes;
    // - desc, metric and plot roles, cache, push, remote: what is shown and kept afterwards;
    // - persist: the earlier output that the stage finds in place has no digest to rely on;
    // - frozen, always_changed, reproducible: what is done with the key, not a part of it;
    // - ftpipe's version: the built-in's own version and FORMAT say what matters of it.
    return Ingredients.of(document);
  }

  private static ObjectNode group(ObjectNode params, String file) {
    return params.get(file) instanceof ObjectNode known ? known : params.putObject(file);
  }
}
