package dev.ftpipe.cli;

import static java.util.Objects.requireNonNull;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dag.Pipelines;
import dev.ftpipe.origin.Fetcher;
import dev.ftpipe.run.Project;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe init}: a project folder that runs. */
@Command(
    name = "init",
    description =
        "Makes a project folder that 'ftpipe repro' runs: data that tells a model who it is, together "
            + "with records of your own; with --model, also its training, merge and sanity check.",
    footer = {
      "",
      "Example: ftpipe init my-assistant",
      "Example: ftpipe init my-assistant --model hf://HuggingFaceTB/SmolLM2-135M-Instruct",
      "Example: ftpipe init . --model models/smollm2-135m"
    })
final class InitCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The folder; made when it is not there (default: the current one).")
  private Path folder = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A model in Hugging Face layout, inside the folder or at an address that is fetched, as"
              + " with 'ftpipe add --from': adds the stages that fine-tune it.")
  private Optional<String> model = Optional.empty();

  InitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Path root = invocation.global().directory.resolve(folder).toAbsolutePath().normalize();
    for (String name : Pipelines.FILE_NAMES) {
      if (Files.exists(root.resolve(name))) {
        throw FtpipeException.usage(
            root + " is a project already: it has a " + name + "; 'ftpipe status' shows it");
      }
    }
    Optional<String> address = model.filter(given -> given.contains("://"));
    Optional<String> path =
        address.isPresent()
            ? address.map(InitCommand::placeOf)
            : model.map(given -> inside(root, Path.of(given)));
    Map<String, String> files = new LinkedHashMap<>();
    files.put("data/raw/examples.jsonl", part("examples.jsonl"));
    files.put("params.yaml", part("params.yaml") + path.map(this::trainParams).orElse(""));
    files.put(".gitignore", part("gitignore"));
    // Last: a folder with a pipeline is a project.
    files.put(
        "pipeline.yaml", part("pipeline.yaml") + path.map(any -> part("train.yaml")).orElse(""));
    files.forEach((name, text) -> write(root, name, text));
    if (address.isPresent()) {
      fetch(root, path.orElseThrow(), address.get());
    }
    invocation
        .terminal()
        .err()
        .println(
            "next: "
                + (folder.normalize().toString().isEmpty() ? "" : "cd " + folder + " && ")
                + "ftpipe repro");
    return 0;
  }

  /** Where a model goes that is fetched: under its own name. */
  private static String placeOf(String address) {
    String plain = address.replaceFirst("@[^/@]*$", "").replaceFirst("/+$", "");
    String name = plain.substring(plain.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    if (name.isEmpty()) {
      throw FtpipeException.usage("--model " + address + " names no model");
    }
    return "models/" + name;
  }

  /** Fetches the model into the project that is there now. */
  private void fetch(Path root, String path, String address) throws IOException {
    invocation.global().directory = root;
    Project project = invocation.project(ParamOverrides.NONE);
    Fetcher fetcher = invocation.fetcher(project);
    Additions additions = new Additions(project, fetcher, root, false);
    try {
      OriginDisplay.around(
          invocation,
          fetcher,
          () -> {
            additions.addFrom(path, address, Optional.empty());
            return path;
          });
    } catch (FtpipeException e) {
      invocation.note(
          "the project is made, its model is not there yet: ftpipe add "
              + path
              + " --from "
              + address);
      throw e;
    }
    invocation.terminal().out().println(path);
  }

  /** The path as the pipeline has to name it. */
  private String inside(Path root, Path given) {
    Path there = given.isAbsolute() ? given.normalize() : root.resolve(given).normalize();
    if (!there.startsWith(root) || there.equals(root)) {
      throw FtpipeException.usage(
          "--model " + given + " is outside " + root + "; copy or link the model into it first");
    }
    if (!Files.isRegularFile(there.resolve("config.json"))) {
      throw FtpipeException.usage(
          "--model "
              + given
              + ": there is no "
              + there.resolve("config.json")
              + "; a model folder in Hugging Face layout is expected");
    }
    return root.relativize(there).toString();
  }

  private String trainParams(String path) {
    String quoted = "'" + path.replace("'", "''") + "'";
    return part("params-train.yaml").replace("MODEL", quoted);
  }

  private void write(Path root, String name, String text) {
    Path file = root.resolve(name);
    try {
      if (Files.exists(file)) {
        invocation.note(name + " is there already and stays as it is");
        return;
      }
      Files.createDirectories(requireNonNull(file.getParent(), "file has no folder"));
      Files.writeString(file, text);
      invocation.terminal().out().println(name);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }

  private static String part(String name) {
    String path = "/dev/ftpipe/cli/init/" + name;
    try (InputStream in = InitCommand.class.getResourceAsStream(path)) {
      return new String(
          requireNonNull(in, "resource is missing: " + path).readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
