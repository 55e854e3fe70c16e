package dev.ftpipe.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.ec2.Ec2Provider;
import dev.ftpipe.cloud.kubernetes.KubernetesProvider;
import dev.ftpipe.cloud.local.LocalProvider;
import dev.ftpipe.cloud.slurm.SlurmProvider;
import dev.ftpipe.cloud.ssh.SshProvider;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.local.LocalStore;
import dev.ftpipe.store.s3.S3ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** A project folder, and command lines that are run in it as a user types them. */
final class CommandLines {
  final Path root;
  private final Map<String, StageKind<?>> kinds;

  CommandLines(Path root) {
    this(root, Map.of());
  }

  /** A project with built-in stages. */
  CommandLines(Path root, Map<String, StageKind<?>> kinds) {
    this.root = root;
    this.kinds = kinds;
  }

  /** What a command line came to. */
  record Result(int exitCode, String out, String err) {
    /** The one object that {@code --json} prints. */
    JsonNode json() throws IOException {
      return Json.mapper().readTree(out);
    }
  }

  CommandLines write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  String read(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  Result ftpipe(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Terminal terminal =
        Terminal.of(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), Map.of());
    String[] all =
        Stream.concat(Stream.of("-C", root.toString()), Stream.of(arguments))
            .toArray(String[]::new);
    int exitCode = Cli.run(all, terminal, wiring(), new StopSignal(code -> {}));
    return new Result(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Wiring wiring() {
    return new Wiring(
        kinds,
        LocalStore::open,
        CommandLines::remote,
        program(),
        Map.of(
            "ec2", new Ec2Provider(),
            "kubernetes", new KubernetesProvider(),
            "local", new LocalProvider(),
            "slurm", new SlurmProvider(),
            "ssh", new SshProvider()));
  }

  /** All commands, to be asked what they take. */
  CommandLine commands() {
    Terminal nowhere = Terminal.of(System.out, System.err, Map.of());
    return Cli.complete(
        new Invocation(new GlobalOptions(), nowhere, wiring(), new StopSignal(code -> {})));
  }

  /** The same as a process of its own, which has variables besides those that are here. */
  Result process(Map<String, String> env, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(program().command());
    command.remove(WorkerCommand.ARGUMENT);
    command.addAll(List.of("-C", root.toString()));
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile("ftpipe", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().putAll(env);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    Result result = new Result(process.waitFor(), out, Files.readString(err));
    Files.delete(err);
    return result;
  }

  private static ObjectStore remote(RemoteSettings settings) {
    return settings.url().startsWith("s3://")
        ? S3ObjectStore.open(settings)
        : FolderObjectStore.open(Path.of(settings.url()));
  }

  /** This program once more, whatever loads the classes of the tests. */
  static WorkerCommand program() {
    List<String> command = new ArrayList<>(WorkerCommand.of("dev.ftpipe.Main").command());
    if (CommandLines.class.getClassLoader() instanceof URLClassLoader loader) {
      String path =
          Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"));
      command.set(command.indexOf("-cp") + 1, path);
    }
    return new WorkerCommand(command, List.of(), Map.of());
  }

  /** This program as a file in a folder, as it may be installed on a machine. */
  static Path installed(Path folder) throws IOException {
    Path file = folder.resolve("ftpipe");
    String line =
        program().command().stream()
            .filter(word -> !word.equals(WorkerCommand.ARGUMENT))
            .map(Programs::quoted)
            .collect(Collectors.joining(" "));
    Files.writeString(file, "#!/bin/sh\nexec " + line + " \"$@\"\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
