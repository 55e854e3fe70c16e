package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Secrets of a user, each where it usually lies and with a name of its own: none may leave. */
final class SecretCanaries {
  /** One that may be handed over on purpose. */
  static final String ASKED_FOR = "HF_TOKEN";

  private static final Pattern CANARY = Pattern.compile("canary-of-[a-z-]+");
  private static final Pattern PACKED = Pattern.compile("[A-Za-z0-9+/]{24,}={0,2}");

  private SecretCanaries() {}

  /** Lays them down in a project that git knows, and in a home folder. */
  static void plant(CommandLines project, Path home) throws IOException {
    Path local = project.root.resolve(".ftpipe/config.local.yaml");
    String before = Files.exists(local) ? Files.readString(local) : "";
    project
        .write(".ftpipe/config.local.yaml", before + "# canary-of-local-config\n")
        .write(".ftpipe/notes", "canary-of-ftpipe-folder\n")
        .write(".ftpipe/state/token", "canary-of-state\n")
        .write(".gitignore", ".env\n")
        .write(".env", "PASSWORD=canary-of-dotenv\n");
    for (String git :
        List.of(
            "init -q",
            "config remote.origin.url https://me:canary-of-git-url@example.org/x.git",
            "config http.extraheader 'AUTHORIZATION: basic canary-of-git-header'")) {
      String line = "git -C " + Programs.quoted(project.root.toString()) + " " + git;
      Programs.Said said = Programs.run(List.of("bash", "-c", line), Map.of(), "");
      assertThat(said.exitCode()).as(said.text()).isZero();
    }
    Map<String, String> files =
        Map.of(
            ".ssh/id_ed25519", "canary-of-ssh-key",
            ".netrc", "machine example.org login me password canary-of-netrc",
            ".git-credentials", "https://me:canary-of-git-credentials@example.org",
            ".cache/huggingface/token", "canary-of-hugging-face",
            ".docker/config.json", "{\"auths\":{\"x\":{\"auth\":\"canary-of-docker\"}}}",
            ".kube/config", "# canary-of-kubeconfig");
    for (Map.Entry<String, String> each : files.entrySet()) {
      Path file = home.resolve(each.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, each.getValue() + "\n");
    }
  }

  /** Variables of the one who launches. */
  static Map<String, String> env(Path home) {
    return Map.of(
        "HOME",
        home.toString(),
        ASKED_FOR,
        "canary-of-hf-token",
        "GITHUB_TOKEN",
        "canary-of-github",
        "WANDB_API_KEY",
        "canary-of-wandb",
        "AWS_ACCESS_KEY_ID",
        Amazon.CLIENT_ID,
        "AWS_SECRET_ACCESS_KEY",
        Amazon.CLIENT_SECRET);
  }

  /** None of them is in a text, nor in what is packed in it. */
  static void assertNoneIn(String sent) {
    StringBuilder all = new StringBuilder(sent);
    PACKED
        .matcher(sent)
        .results()
        .map(MatchResult::group)
        .forEach(each -> all.append('\n').append(unpacked(each)));
    TreeSet<String> found = new TreeSet<>();
    CANARY.matcher(all).results().forEach(each -> found.add(each.group()));
    assertThat(found).isEmpty();
  }

  private static String unpacked(String text) {
    try {
      return new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      // It only looks like that.
      return "";
    }
  }

  /** All that files below a folder hold. */
  static String textBelow(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          all.append(Files.readString(file, StandardCharsets.ISO_8859_1)).append('\n');
        }
      }
    }
    return all.toString();
  }
}
