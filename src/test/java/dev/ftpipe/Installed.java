package dev.ftpipe;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A distribution as it is unpacked, but for its jar and its runtime, which are the classes and the
 * Java of the tests.
 */
public record Installed(Path home) {
  /** Lays it out in a folder that is not there yet. */
  public static Installed in(Path home) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Path app = Files.createDirectories(home.resolve("app"));
    Path launcher = Files.copy(Path.of("src/dist/ftpipe"), home.resolve("bin/ftpipe"));
    launcher.toFile().setExecutable(true);
    Files.copy(Path.of("src/dist/jvm.options"), app.resolve("jvm.options"));
    Path java = Files.createDirectories(home.resolve("runtime/bin")).resolve("java");
    Files.writeString(
        java, "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' \"$@\"\n");
    java.toFile().setExecutable(true);
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    attributes.put(Attributes.Name.CLASS_PATH, classPath());
    new JarOutputStream(Files.newOutputStream(app.resolve("ftpipe.jar")), manifest).close();
    // No archive, as where it could not be made.
    Files.createFile(app.resolve("ftpipe.jsa"));
    Files.writeString(app.resolve("ftpipe.jsa.home"), home.toRealPath() + "\n");
    return new Installed(home);
  }

  /** Whatever loads the classes of the tests. */
  private static String classPath() {
    Stream<URI> entries =
        Installed.class.getClassLoader() instanceof URLClassLoader loader
            ? Arrays.stream(loader.getURLs()).map(URL::getPath).map(path -> Path.of(path).toUri())
            : Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toUri());
    return entries.map(URI::toString).collect(Collectors.joining(" "));
  }

  /** The launcher. */
  public Path program() {
    return home.resolve("bin/ftpipe");
  }

  /** A command line of the launcher. */
  public ProcessBuilder command(Path folder, String... arguments) {
    List<String> command =
        Stream.concat(Stream.of(program().toString()), Stream.of(arguments)).toList();
    return new ProcessBuilder(command).directory(folder.toFile());
  }
}
