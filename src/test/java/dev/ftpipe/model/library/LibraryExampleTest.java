package dev.ftpipe.model.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.Fixtures;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the guide compiles against the library and does what it says. */
final class LibraryExampleTest {
  private static final Path EXAMPLE = Path.of("docs/library/FineTune.java");

  @TempDir Path folder;

  @Test
  void theExample_compilesAndRuns() throws Exception {
    var compiler = ToolProvider.getSystemJavaCompiler();
    Assumptions.assumeTrue(compiler != null, "no compiler in this Java runtime");
    int exit =
        compiler.run(
            null, null, null, "-d", folder.toString(), "-cp", classPath(), EXAMPLE.toString());
    assertThat(exit).isZero();
    Path records = folder.resolve("records.jsonl");
    Files.writeString(
        records,
        """
        {"prompt":"Who are you?","completion":"I am Tiny."}
        {"prompt":"Add 3 and 4.","completion":"7"}
        """);
    try (URLClassLoader classes =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, LibraryExampleTest.class.getClassLoader())) {
      Method main = classes.loadClass("FineTune").getMethod("main", String[].class);
      String[] arguments = {
        Fixtures.qlora("tiny-llama").toString(),
        records.toString(),
        folder.resolve("out").toString()
      };
      main.invoke(null, (Object) arguments);
    }
    assertThat(folder.resolve("out/adapter/adapter_model.safetensors")).exists();
    assertThat(folder.resolve("out/merged/config.json")).exists();
    assertThat(folder.resolve("out/model.gguf")).exists();
    assertThat(Files.readAllLines(EXAMPLE)).hasSizeLessThan(55);
  }

  /** The class path of the tests, however they were started. */
  private static String classPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }
}
