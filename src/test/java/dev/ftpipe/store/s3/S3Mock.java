package dev.ftpipe.store.s3;

import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.SettingsOf;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adobe's S3Mock in a process of its own: a second server of the protocol, written by others than
 * the first. It checks no signatures. One for all tests, as it takes seconds to start.
 */
public final class S3Mock {
  private static final Pattern STARTED = Pattern.compile("Tomcat started on .*?(\\d+) \\(http\\)");
  private static final String LAUNCHER = "org/springframework/boot/loader/launch/JarLauncher.class";
  private static @Nullable URI running;

  private S3Mock() {}

  /** The address of the server, which has an empty bucket {@code bucket}. */
  public static synchronized URI address() throws IOException {
    if (running == null) {
      running = start();
    }
    return running;
  }

  private static URI start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar().toString(),
                "--server.port=0",
                "--http.port=0",
                "--com.adobe.testing.s3mock.store.initial-buckets=bucket")
            .redirectErrorStream(true)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher match = STARTED.matcher(line);
      if (match.find()) {
        drain(out);
        return URI.create("http://127.0.0.1:" + match.group(1));
      }
    }
    throw new IOException("S3Mock did not start");
  }

  /** The jar with the launcher that it starts with. */
  private static Path jar() throws IOException {
    URL launcher = S3Mock.class.getClassLoader().getResource(LAUNCHER);
    if (launcher == null) {
      throw new IOException("S3Mock is not on the class path");
    }
    String place = launcher.getPath();
    return Path.of(URI.create(place.substring(0, place.indexOf('!'))));
  }

  private static void drain(BufferedReader out) {
    Thread thread = new Thread(() -> out.lines().forEach(line -> {}), "s3mock output");
    thread.setDaemon(true);
    thread.start();
  }

  /** A remote at this server. */
  public static RemoteSettings settings(String prefix) throws IOException {
    return SettingsOf.of("origin", "s3://bucket/" + prefix)
        .endpoint(address())
        .keys(S3Server.KEYS)
        .attempts(4)
        .build();
  }
}
