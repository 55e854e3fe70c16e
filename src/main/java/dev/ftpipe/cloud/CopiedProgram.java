package dev.ftpipe.cloud;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * This ftpipe on a host: it is copied there once, by what its files look like. One that runs from a
 * distribution brings its runtime to a host of the same kind; else its class path goes to a host
 * that has Java.
 */
public final class CopiedProgram {
  private static final String CLASS_PATH = "-cp";
  private static final String ARCHIVES = ".jsa";

  /** Has a shell say what kind of machine it is on. */
  private static final String KIND = "uname -sm\n";

  private final SshHost host;
  private final String folder;

  private CopiedProgram(SshHost host, String folder) {
    this.host = host;
    this.folder = folder;
  }

  /**
   * The line for a shell of the host that plays the node of an order.
   *
   * @param folder for programs that are copied; none is when the profile names a {@code program}
   */
  public static String line(SshHost host, Provider.Order order, String folder) throws IOException {
    String program =
        order.options().containsKey("program")
            ? Programs.quoted(order.options().get("program"))
            : new CopiedProgram(host, folder).line(order.program());
    return program
        + " "
        + order.arguments().stream().map(Programs::quoted).collect(Collectors.joining(" "));
  }

  /** Whether a host needs no Java. */
  public static boolean bringsRuntime(SshHost host) throws IOException {
    return Distribution.home().isPresent()
        && host.run(KIND)
            .text()
            .strip()
            .equals(Programs.run(List.of("bash", "-s"), Map.of(), KIND).text().strip());
  }

  private String line(List<String> program) throws IOException {
    if (bringsRuntime(host)) {
      List<Path> home = List.of(Distribution.home().orElseThrow());
      return "\"" + sent(home) + "/" + named(0, home.get(0)) + "/bin/ftpipe\"";
    }
    int at = program.indexOf(CLASS_PATH) + 1;
    List<Path> entries =
        withLibraries(
            Stream.of(program.get(at).split(File.pathSeparator, -1)).map(Path::of).toList());
    String place = sent(entries);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      names.add(place + "/" + named(i, entries.get(i)));
    }
    String flags =
        program.subList(at + 1, program.size()).stream()
            .filter(flag -> !flag.startsWith("-XX:SharedArchiveFile"))
            .map(Programs::quoted)
            .collect(Collectors.joining(" "));
    return "\"${JAVA_HOME:+$JAVA_HOME/bin/}java\" -cp \"" + String.join(":", names) + "\" " + flags;
  }

  /** The folder there that has these files. */
  private String sent(List<Path> entries) throws IOException {
    String place = (folder.startsWith("/") ? "" : "$HOME/") + folder + "/" + fingerprint(entries);
    if (host.run("[ -d \"" + place + "\" ]\n").exitCode() != 0) {
      send(entries, place);
    }
    return place;
  }

  /** Entries of a class path, each followed by the files that its manifest names. */
  static List<Path> withLibraries(List<Path> entries) throws IOException {
    Set<Path> all = new LinkedHashSet<>();
    for (Path entry : entries) {
      all.add(entry);
      if (Files.isRegularFile(entry)) {
        try (JarFile jar = new JarFile(entry.toFile())) {
          Manifest manifest = jar.getManifest();
          String named =
              manifest == null ? null : manifest.getMainAttributes().getValue(Name.CLASS_PATH);
          Stream.of((named == null ? "" : named).split(" ", -1))
              .filter(each -> !each.isEmpty())
              .map(each -> Path.of(entry.toUri().resolve(each)))
              .filter(Files::exists)
              .forEach(all::add);
        }
      }
    }
    return List.copyOf(all);
  }

  private static String named(int number, Path entry) {
    return String.format(Locale.ROOT, "%04d-%s", number, entry.getFileName());
  }

  private static String fingerprint(List<Path> entries) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path entry : entries) {
      try (Stream<Path> files = Files.walk(entry)) {
        for (Path file : files.filter(CopiedProgram::isMeant).sorted().toList()) {
          all.append(file).append(' ').append(Files.size(file)).append(' ');
          all.append(Files.getLastModifiedTime(file).toMillis()).append('\n');
        }
      }
    }
    return Digest.of(all.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
  }

  /** An archive of classes is good for the place that it was made in. */
  private static boolean isMeant(Path file) {
    return Files.isRegularFile(file) && !String.valueOf(file.getFileName()).contains(ARCHIVES);
  }

  private void send(List<Path> entries, String place) throws IOException {
    Path links = Files.createTempDirectory("ftpipe-program");
    try {
      for (int i = 0; i < entries.size(); i++) {
        Files.createSymbolicLink(
            links.resolve(named(i, entries.get(i))), entries.get(i).toAbsolutePath());
      }
      // In a folder of its own until it is whole: a copy that was cut off is no program.
      String there =
          "set -e; umask 077; p=\""
              + place
              + "\"; n=$p.new.$$; mkdir -p \"$n\"; "
              + "tar -x -C \"$n\" || { rm -rf \"$n\"; exit 1; }; "
              + "mv -T \"$n\" \"$p\" || { rm -rf \"$n\"; [ -d \"$p\" ]; }";
      List<ProcessBuilder> pipeline =
          List.of(
              new ProcessBuilder(
                  "tar", "-ch", "--exclude=*" + ARCHIVES + "*", "-C", links.toString(), "."),
              new ProcessBuilder(host.line(there)).redirectErrorStream(true));
      List<Process> processes = ProcessBuilder.startPipeline(pipeline);
      Process last = processes.get(1);
      try (InputStream from = last.getInputStream()) {
        String said = new String(from.readAllBytes(), StandardCharsets.UTF_8);
        if (last.waitFor() != 0 || processes.get(0).waitFor() != 0) {
          throw FtpipeException.environment(
              "ftpipe could not be copied to " + host.name() + ": " + said.strip(), null);
        }
      } catch (InterruptedException e) {
        processes.forEach(Process::destroy);
        Thread.currentThread().interrupt();
        throw FtpipeException.interrupted("interrupted");
      }
    } finally {
      AtomicFiles.deleteTree(links);
    }
  }
}
