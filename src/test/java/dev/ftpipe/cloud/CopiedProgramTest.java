package dev.ftpipe.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes.Name;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a program goes to a host. */
final class CopiedProgramTest {
  @TempDir private Path folder;

  private Path jar(String path, String classPath) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
    if (!classPath.isEmpty()) {
      manifest.getMainAttributes().put(Name.CLASS_PATH, classPath);
    }
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      new JarOutputStream(out, manifest).close();
    }
    return file;
  }

  @Test
  void librariesThatAManifestNamesGoAlong() throws IOException {
    Path library = jar("lib/a-1.jar", "");
    Path other = jar("lib/b.jar", "");
    Path program = jar("ftpipe.jar", "lib/a-1.jar lib/none.jar lib/b.jar");

    assertThat(CopiedProgram.withLibraries(List.of(program, folder.resolve("lib"))))
        .containsExactly(program, library, other, folder.resolve("lib"));
  }
}
