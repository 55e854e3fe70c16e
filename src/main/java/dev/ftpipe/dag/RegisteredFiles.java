package dev.ftpipe.dag;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.config.Yaml;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/** The {@code .dvc} files of a project, by which DVC knows data that no stage makes. */
public final class RegisteredFiles {
  private static final String SUFFIX = ".dvc";

  private RegisteredFiles() {}

  /**
   * Path of each {@code .dvc} file to the path of what it registers, both relative to the project.
   * One that cannot be read registers nothing: it is DVC's, and nothing here depends on it.
   */
  public static Map<String, String> in(Path root) {
    Map<String, String> registered = new TreeMap<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = String.valueOf(folder.getFileName());
              boolean hidden = name.startsWith(".") && !folder.equals(root);
              return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String path = root.relativize(file).toString().replace('\\', '/');
              if (attributes.isRegularFile() && path.endsWith(SUFFIX)) {
                read(file, path, registered);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // a folder that may not be read
            }
          });
    } catch (IOException e) {
      throw FtpipeException.environment(
          "cannot look into " + root + ": " + IoProblem.sentence(e), e);
    }
    return registered;
  }

  private static void read(Path file, String path, Map<String, String> registered) {
    String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : ".";
    Yaml.read(file, path, new Problems())
        .flatMap(content -> content.member("outs"))
        .flatMap(outs -> outs.items().stream().findFirst())
        .flatMap(out -> out.member("path"))
        .map(Located::node)
        .filter(node -> node.isTextual())
        .map(node -> ProjectPaths.from(folder, node.textValue()))
        .filter(ProjectPaths.Checked::ok)
        .ifPresent(out -> registered.put(path, out.path()));
  }
}
