package dev.ftpipe.proof;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.Main;
import dev.ftpipe.base.Json;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The real program in a process of its own, at work in one project folder.
 *
 * @param flags for its JVM
 * @param env on top of the environment of the tests
 */
record Program(Path project, List<String> flags, Map<String, String> env) {
  private static final long LIMIT_SECONDS = 300;

  Program(Path project) {
    this(project, List.of(), Map.of());
  }

  /** What a command left when it ended. */
  record Result(int exitCode, String out, String err) {
    JsonNode json() {
      try {
        return Json.mapper().readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + out + err, e);
      }
    }

    /** Stage to state or action, of {@code status --json} or {@code repro --json}. */
    Map<String, String> stages() {
      Map<String, String> stages = new LinkedHashMap<>();
      for (JsonNode stage : json().path("stages")) {
        JsonNode value = stage.has("state") ? stage.path("state") : stage.path("action");
        stages.put(stage.path("name").asText(), value.asText());
      }
      return stages;
    }
  }

  Program with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(env);
    more.put(name, value);
    return new Program(project, flags, more);
  }

  Program withFlags(String... more) {
    return new Program(project, List.of(more), env);
  }

  /** Runs a command to its end. */
  Result run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).end();
  }

  Running start(String... arguments) throws IOException {
    return start(List.of(), arguments);
  }

  /** Starts a command through another one, such as {@code setsid}. */
  Running start(List<String> wrapper, String... arguments) throws IOException {
    Path out = Files.createTempFile("ftpipe", ".out");
    Path err = Files.createTempFile("ftpipe", ".err");
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(env);
    return new Running(builder.start(), out, err);
  }

  /** The class path of the tests, however they were started. */
  static String classPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return requireNonNull(System.getProperty("java.class.path"));
  }

  /** A command that is at work; its streams go to files, so that nothing it said is lost. */
  record Running(Process process, Path out, Path err) {
    Result end() throws IOException, InterruptedException {
      try {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("it did not end: " + Files.readString(err));
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        process.destroyForcibly().waitFor();
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    }

    /** Kills the process and nothing of what it started. */
    Result kill() throws IOException, InterruptedException {
      process.destroyForcibly();
      return end();
    }

    /** Kills all that is in its process group; it has to lead one ({@code setsid}). */
    Result killGroup() throws IOException, InterruptedException {
      Shell.run("kill -9 -" + process.pid());
      return end();
    }
  }
}
