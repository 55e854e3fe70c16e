package dev.ftpipe.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The git program, asked for something that it prints. */
final class GitCommand {
  private static final String NUL = "\0";

  private final ProcessBuilder builder;

  /**
   * A question.
   *
   * @param folder where git is asked
   * @param arguments that have it end everything that it prints with a zero
   */
  GitCommand(Path folder, String... arguments) {
    // Does not take the index's lock from under a git command of the user's.
    List<String> command = new ArrayList<>(List.of("git", "--no-optional-locks"));
    command.addAll(List.of(arguments));
    builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  /** What it prints; empty when there is no git program, or it fails. */
  Optional<List<String>> answer() throws InterruptedException {
    return answer(0);
  }

  /**
   * The same of paths that it reads.
   *
   * @param greatest exit code that is an answer
   */
  Optional<List<String>> answer(List<String> paths, int greatest) throws InterruptedException {
    try {
      // In a file: git prints before it has read all, and neither is to wait for the other.
      Path input = Files.createTempFile("ftpipe", ".paths");
      try {
        Files.writeString(input, String.join(NUL, paths));
        builder.redirectInput(input.toFile());
        return answer(greatest);
      } finally {
        Files.delete(input);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<List<String>> answer(int greatest) throws InterruptedException {
    try {
      Process git = builder.start();
      git.getOutputStream().close();
      try (InputStream out = git.getInputStream()) {
        String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        return git.waitFor() <= greatest
            ? Optional.of(List.of(text.isEmpty() ? new String[0] : text.split(NUL, 0)))
            : Optional.empty();
      } finally {
        git.destroy();
      }
    } catch (IOException e) {
      // No such program.
      return Optional.empty();
    }
  }
}
