package dev.ftpipe.model;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Numbers from Python's stack: all of them where they lie beside the project, else a few. */
public final class Fixtures {
  private static final Path ALL = Path.of("../shared/fixtures/qlora");
  private static final Path FEW = Path.of("src/test/resources/qlora");

  private Fixtures() {}

  /** A file or folder of the fixtures; the test is skipped where it is not there. */
  public static Path qlora(String name) {
    Path path = (Files.exists(ALL) ? ALL : FEW).resolve(name);
    Assumptions.assumeTrue(Files.exists(path), "no fixture " + path);
    return path;
  }
}
