package dev.ftpipe.cli;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.Distribution;
import dev.ftpipe.cloud.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ftpipe cloud dist}: sends this program to the remote, for machines that are bought. */
@Command(
    name = "dist",
    description =
        "Sends a distribution of ftpipe with its runtime to the remote, once: machines bring it from "
            + "there by its digest. FILE is what 'mvn -Pdist package' makes in target/; without it, the "
            + "distribution that this command runs from.",
    footer = {"", "Example: ftpipe cloud dist target/ftpipe-1.0-linux-x86_64.tar.gz"})
final class CloudDistCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "A tar.gz of the distribution.")
  private Optional<Path> file = Optional.empty();

  CloudDistCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Path packed = Files.createTempDirectory("ftpipe-dist");
    try (CloudScope scope = new CloudScope(invocation)) {
      Path sent =
          file.isPresent()
              ? invocation.global().directory.resolve(file.get())
              : packed(packed.resolve("dist.tar.gz"));
      requireProgram(sent);
      Distribution made = Distribution.of(sent);
      boolean isNew = made.send(sent, scope.remotes().get().objects());
      invocation
          .terminal()
          .out()
          .println(
              (isNew ? "sent " : "was there: ")
                  + made.key()
                  + " ("
                  + Sizes.of(made.size())
                  + ") at "
                  + scope.remotes().get().location());
      return 0;
    } finally {
      AtomicFiles.deleteTree(packed);
    }
  }

  private static void requireProgram(Path sent) throws IOException {
    if (!Files.isRegularFile(sent)) {
      throw FtpipeException.usage("there is no file " + sent);
    }
    Programs.Said list = Programs.run(List.of("tar", "-tzf", sent.toString()), Map.of(), "");
    if (list.exitCode() != 0
        || list.text().lines().noneMatch(line -> line.matches("(\\./)?[^/]+/bin/ftpipe"))) {
      throw FtpipeException.usage(
          sent + " is no distribution of ftpipe: a tar.gz with NAME/bin/ftpipe is expected");
    }
  }

  /** The distribution that this process runs from, in the same bytes each time. */
  private static Path packed(Path target) throws IOException {
    Path home = Path.of(System.getProperty("java.home")).toAbsolutePath().getParent();
    if (home == null || !Files.isExecutable(home.resolve("bin/ftpipe"))) {
      throw FtpipeException.usage(
          "this ftpipe does not run from a distribution; make one with 'mvn -Pdist package' and"
              + " name its file: ftpipe cloud dist target/ftpipe-….tar.gz");
    }
    Programs.Said said =
        Programs.run(
            List.of(
                "tar",
                "-cf",
                target.toString(),
                "-I",
                "gzip -n",
                "--sort=name",
                "--mtime=@0",
                "--owner=0",
                "--group=0",
                "--numeric-owner",
                "--exclude=*.jsa*",
                "-C",
                String.valueOf(home.getParent()),
                String.valueOf(home.getFileName())),
            Map.of(),
            "");
    if (said.exitCode() != 0) {
      throw FtpipeException.environment("tar: " + said.text().strip(), null);
    }
    return target;
  }
}
