package dev.ftpipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The container image, unpacked and run as a container engine does it, on this machine's system as
 * its base.
 */
@Tag("slow")
final class ImageTest {
  private static final List<String> BASE =
      List.of("bin", "lib", "lib64", "usr", "etc", "dev", "proc", "tmp");

  @TempDir Path temporary;

  private static Path image() throws IOException {
    Optional<Path> image = Optional.empty();
    if (Files.isDirectory(Path.of("target"))) {
      try (Stream<Path> files = Files.list(Path.of("target"))) {
        image = files.filter(each -> each.toString().endsWith("-image.tar")).findFirst();
      }
    }
    assumeTrue(
        image.isPresent(),
        "needs an image: mvn -Pdist,image -Dimage.base=scratch -DskipTests package");
    return image.orElseThrow().toAbsolutePath();
  }

  private String run(Path folder, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + said).isZero();
    return said;
  }

  @Test
  void image_holdsTheDistribution_andRunsIt() throws Exception {
    Path unpacked = Files.createDirectories(temporary.resolve("image"));
    run(unpacked, "tar", "-xf", image().toString());
    JsonNode manifest = json(unpacked.resolve("manifest.json")).get(0);
    JsonNode config = json(unpacked.resolve(manifest.path("Config").asText())).path("config");
    assertThat(manifest.at("/RepoTags/0").asText()).startsWith("ftpipe:");
    assertThat(config.at("/Entrypoint/0").asText()).isEqualTo("/opt/ftpipe/bin/ftpipe");
    assertThat(config.path("WorkingDir").asText()).isEqualTo("/work");

    Path root = Files.createDirectories(temporary.resolve("root"));
    for (JsonNode layer : manifest.path("Layers")) {
      run(unpacked, "tar", "-xzf", layer.asText(), "-C", root.toString());
    }
    try (Stream<Path> top = Files.list(root)) {
      assertThat(top.map(each -> each.getFileName().toString())).containsExactly("opt");
    }
    Path work = Files.createDirectories(root.resolve("work"));
    Files.writeString(work.resolve("pipeline.yaml"), "stages: {a: {cmd: echo é > a, outs: [a]}}\n");
    List<String> binds = new ArrayList<>();
    for (String folder : BASE) {
      if (Files.exists(Path.of("/", folder))) {
        Files.createDirectories(root.resolve(folder));
        binds.add("mount --rbind /" + folder + " '" + root.resolve(folder) + "'");
      }
    }
    String environment =
        String.join(
            " ", Arrays.asList(Json.mapper().convertValue(config.path("Env"), String[].class)));
    String inside =
        String.join(" && ", binds)
            + " && exec chroot '"
            + root
            + "' /usr/bin/env -i "
            + environment
            + " sh -c 'cd /work && ftpipe --version && ftpipe repro && ftpipe doctor --engine-only'";

    String said = run(temporary, "unshare", "-rm", "sh", "-c", inside);

    assertThat(said)
        .contains("ftpipe ", "1 run in", "PyTorch runs on")
        .doesNotContain("first start");
    assertThat(Files.readString(work.resolve("a"))).isEqualTo("é\n");
  }

  private static JsonNode json(Path file) throws IOException {
    return Json.mapper().readTree(Files.readAllBytes(file));
  }
}
