package dev.ftpipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script with a Maven of our own, which only copies a ready jar into place. */
@Timeout(60)
final class LauncherTest {
  @TempDir Path temporary;
  private Path home;
  private Path bin;

  @BeforeEach
  void project() throws IOException {
    home = Files.createDirectories(temporary.resolve("a home with spaces"));
    bin = Files.createDirectories(temporary.resolve("bin"));
    Files.copy(Path.of("ftpipe"), home.resolve("ftpipe"));
    home.resolve("ftpipe").toFile().setExecutable(true);
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.createDirectories(home.resolve("src/main/java"));
    Files.writeString(home.resolve("src/main/java/A.java"), "class A {}");
    jar(temporary.resolve("ready.jar"));
    maven("cp '" + temporary.resolve("ready.jar") + "' target/ftpipe.jar");
  }

  @Test
  void launcher_whenNotBuilt_buildsSaysSoAndHandsOverArguments() throws Exception {
    Run run = run(temporary, home.resolve("ftpipe").toString(), "echo", "two words", "", "*");

    assertThat(run.exitCode()).isZero();
    assertThat(run.output()).contains("building (not built yet)").endsWith("[two words][][*]");
  }

  @Test
  void launcher_whenBuilt_buildsOnlyWhenASourceIsNewer() throws Exception {
    run(temporary, home.resolve("ftpipe").toString(), "echo");

    assertThat(run(temporary, home.resolve("ftpipe").toString(), "echo").output())
        .doesNotContain("building");
    Files.setLastModifiedTime(
        home.resolve("src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(run(temporary, home.resolve("ftpipe").toString(), "echo").output())
        .contains("building (sources are newer than the build)");
  }

  @Test
  void launcher_whenCalledThroughALinkFromElsewhere_findsItsHomeAndKeepsTheFolder()
      throws Exception {
    Path elsewhere = Files.createDirectories(temporary.resolve("else where"));
    Files.createSymbolicLink(elsewhere.resolve("first"), home.resolve("ftpipe"));
    Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("first"));

    Run run = run(elsewhere, "./second", "where");

    assertThat(run.output()).endsWith(elsewhere.toRealPath().toString());
  }

  @Test
  void launcher_whenThereIsNoLocale_keepsEveryLetter() throws Exception {
    for (String locale : List.of("LC_ALL=C", "LC_ALL= LC_CTYPE= LANG=", "LC_ALL=C.UTF-8")) {
      String line = locale + " '" + home.resolve("ftpipe") + "' echo $'\\xc3\\xa9'";

      assertThat(run(temporary, "bash", "-c", line).output()).as(locale).endsWith("[é]");
    }
  }

  @Test
  void launcher_handsOverTheExitCode() throws Exception {
    assertThat(run(temporary, home.resolve("ftpipe").toString(), "exit", "42").exitCode())
        .isEqualTo(42);
  }

  @Test
  void launcher_handsOverSignals() throws Exception {
    run(temporary, home.resolve("ftpipe").toString(), "echo");
    Path started = temporary.resolve("started");
    Process process =
        start(temporary, home.resolve("ftpipe").toString(), "wait", started.toString());
    while (!Files.exists(started)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }

    process.toHandle().destroy();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).contains("got it");
  }

  @Test
  void launcher_whenTheBuildFails_saysSoAndExitsWith3() throws Exception {
    maven("echo boom; exit 1");

    Run run = run(temporary, home.resolve("ftpipe").toString(), "echo");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.output()).contains("boom").contains("the build failed");
  }

  @Test
  void launcher_whenMavenAloneHasBuilt_makesTheArchiveOnceAndStartsWithItFromThenOn()
      throws Exception {
    classList("touch '" + temporary + "'/made-$$; echo java/lang/Object >\"$3\"");
    built();

    String first = run(temporary, home.resolve("ftpipe").toString(), "archive").output();
    Path archive = awaitArchive();

    assertThat(first).isEqualTo("null");
    assertThat(archive).isNotEmptyFile();
    for (int i = 0; i < 2; i++) {
      assertThat(run(temporary, home.resolve("ftpipe").toString(), "archive").output())
          .isEqualTo(archive.toRealPath().toString());
    }
    assertThat(temporary.toFile().list((folder, name) -> name.startsWith("made-"))).hasSize(1);
    assertThat(home.resolve("target").toFile().list())
        .containsExactlyInAnyOrder("ftpipe.jar", "ftpipe.jsa", "ftpipe.classes", ".build.lock");
  }

  @Test
  void launcher_whenMavenHasBuiltAnew_makesTheArchiveAnew() throws Exception {
    classList("echo java/lang/Object >\"$3\"");
    built();
    run(temporary, home.resolve("ftpipe").toString(), "echo");
    FileTime before = Files.getLastModifiedTime(awaitArchive());
    Files.setLastModifiedTime(
        home.resolve("target/ftpipe.jar"), FileTime.from(before.toInstant().plusSeconds(2)));

    run(temporary, home.resolve("ftpipe").toString(), "echo");

    while (Files.getLastModifiedTime(awaitArchive()).equals(before)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void launcher_whenNoArchiveCanBeMade_worksWithoutOneAndDoesNotTryAgain() throws Exception {
    classList("echo broken; exit 1");
    built();

    assertThat(run(temporary, home.resolve("ftpipe").toString(), "archive").output())
        .isEqualTo("null");
    assertThat(awaitArchive()).isEmptyFile();
    classList("echo java/lang/Object >\"$3\"");

    assertThat(run(temporary, home.resolve("ftpipe").toString(), "archive").output())
        .isEqualTo("null");
    assertThat(awaitArchive()).isEmptyFile();
  }

  /** What {@code mvn package} leaves: a jar, and nothing beside it. */
  private void built() throws IOException {
    Files.createDirectories(home.resolve("target"));
    Files.copy(temporary.resolve("ready.jar"), home.resolve("target/ftpipe.jar"));
  }

  private void classList(String script) throws IOException {
    Path dist = Files.createDirectories(home.resolve("src/dist"));
    Files.copy(Path.of("src/dist/jvm.options"), dist.resolve("jvm.options"), REPLACE_EXISTING);
    Path list = Files.writeString(dist.resolve("class-list"), "#!/bin/sh\n" + script + "\n");
    list.toFile().setExecutable(true);
  }

  /** The archive, as soon as whoever makes it is done. */
  private Path awaitArchive() throws Exception {
    Path archive = home.resolve("target/ftpipe.jsa");
    while (!Files.exists(archive) || Files.exists(home.resolve("target/ftpipe.jsa.new.time"))) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return archive;
  }

  private void maven(String script) throws IOException {
    Path mvn = Files.writeString(bin.resolve("mvn"), "#!/bin/sh\n" + script + "\n");
    mvn.toFile().setExecutable(true);
  }

  /** A jar whose main class is the one below. */
  private static void jar(Path file) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Probe.class.getName());
    String entry = Probe.class.getName().replace('.', '/') + ".class";
    try (var out = new JarOutputStream(Files.newOutputStream(file), manifest);
        var in = Probe.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new ZipEntry(entry));
      assertThat(in).isNotNull();
      in.transferTo(out);
    }
  }

  private record Run(int exitCode, String output) {}

  private Run run(Path folder, String... command) throws Exception {
    Process process = start(folder, command);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output);
  }

  private Process start(Path folder, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", bin + ":" + environment.get("PATH"));
    return builder.start();
  }

  /** Stands in for the program. */
  public static final class Probe {
    private Probe() {}

    public static void main(String[] args) throws Exception {
      switch (args[0]) {
        case "echo" -> {
          for (int i = 1; i < args.length; i++) {
            System.out.print("[" + args[i] + "]");
          }
        }
        case "archive" -> System.out.print(System.getProperty("ftpipe.archive"));
        case "where" -> System.out.print(Path.of("").toRealPath());
        case "exit" -> System.exit(Integer.parseInt(args[1]));
        case "wait" -> {
          Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("got it")));
          Files.createFile(Path.of(args[1]));
          Thread.sleep(60_000);
        }
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }
}
