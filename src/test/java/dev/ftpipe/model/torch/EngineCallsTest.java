package dev.ftpipe.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.File;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends while another of its threads computes. */
@Tag("slow")
final class EngineCallsTest {
  private static final int EXIT_CODE = 3;

  /** Of one call: about a second. */
  private static final int PRODUCTS = 100_000;

  @TempDir Path folder;

  @Test
  void close_whileAThreadComputes_letsTheProcessEndWithItsCode() throws Exception {
    for (int i = 0; i < 3; i++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-cp",
                  classPath(),
                  EngineCallsTest.class.getName())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(said).isEqualTo(EXIT_CODE);
    }
  }

  private static String classPath() {
    return Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** Ends in the middle of products that would go on for minutes. */
  public static void main(String[] args) throws Exception {
    CountDownLatch ready = new CountDownLatch(1);
    Thread computing = new Thread(() -> compute(ready), "computing");
    computing.setDaemon(true);
    computing.start();
    ready.await();
    // into the middle of a call
    Thread.sleep(200);
    if (!EngineCalls.close(Duration.ofMinutes(1))) {
      throw new IllegalStateException("a call did not end");
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }

  private static void compute(CountDownLatch ready) {
    try (Torch torch = Torch.open("cpu");
        TorchScript script =
            TorchScript.load(torch, "Sample", List.of("/torch/sample.py"), Map.of("offset", 0.5));
        NDManager scope = torch.scope()) {
      ready.countDown();
      while (true) {
        script.call("multiply", new Arguments(scope).number(PRODUCTS));
      }
    }
  }
}
