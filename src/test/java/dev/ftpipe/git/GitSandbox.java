package dev.ftpipe.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A repository made by the git program, for tests. */
public final class GitSandbox {
  private final Path folder;

  private GitSandbox(Path folder) {
    this.folder = folder;
  }

  /** An empty repository with the branch {@code main}; the test is skipped without a git. */
  public static GitSandbox init(Path folder) throws IOException, InterruptedException {
    Assumptions.assumeTrue(present(), "there is no git program");
    GitSandbox sandbox = new GitSandbox(Files.createDirectories(folder));
    sandbox.git("init", "-q", "-b", "main");
    sandbox.git("config", "user.email", "test@example.org");
    sandbox.git("config", "user.name", "test");
    sandbox.git("config", "commit.gpgsign", "false");
    return sandbox;
  }

  private static boolean present() {
    try {
      return new ProcessBuilder("git", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs git in the folder and gives what it printed. */
  public String git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + out).isZero();
    return out.strip();
  }

  public GitSandbox write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Commits everything and gives the commit's id. */
  public String commit(String message) throws IOException, InterruptedException {
    git("add", "-A");
    git("commit", "-q", "-m", message);
    return git("rev-parse", "HEAD");
  }
}
