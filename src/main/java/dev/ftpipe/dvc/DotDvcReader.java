package dev.ftpipe.dvc;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Reads the {@code .dvc} files of a project. */
final class DotDvcReader {
  private static final Set<String> NOT_ENTERED = Set.of(".git", ".dvc", ".ftpipe", ".hg");

  private final Path root;
  private final Problems problems;
  private final Consumer<String> notes;

  DotDvcReader(Path root, Problems problems, Consumer<String> notes) {
    this.root = root;
    this.problems = problems;
    this.notes = notes;
  }

  /** What all of them track, in the order of their names. */
  List<DvcSource> read() throws IOException {
    Set<Path> files = new TreeSet<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_ENTERED.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (name.endsWith(".dvc")) {
              files.add(file);
            } else if (name.equals("dvc.yaml") && !file.equals(root.resolve(name))) {
              notes.accept(
                  shown(file)
                      + " is a pipeline of its own: run import-dvc in its folder as well (-C "
                      + folderOf(file)
                      + ")");
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            notes.accept("cannot look into " + shown(file) + ", left out");
            return FileVisitResult.CONTINUE;
          }
        });
    List<DvcSource> sources = new ArrayList<>();
    for (Path file : files) {
      Yaml.read(file, shown(file), problems).ifPresent(content -> add(file, content, sources));
    }
    return sources;
  }

  private String shown(Path file) {
    return root.relativize(file).toString();
  }

  private String folderOf(Path file) {
    String shown = shown(file);
    return shown.contains("/") ? shown.substring(0, shown.lastIndexOf('/')) : "";
  }

  private void add(Path file, Located content, List<DvcSource> sources) {
    if (content.member("cmd").isPresent()) {
      notes.accept(
          shown(file)
              + " is a stage of DVC 0.x; move it to dvc.yaml: what it makes is not imported");
      return;
    }
    String folder = folderOf(file);
    String base = folder.isEmpty() ? "." : folder;
    String wdir = EntryReader.text(content, "wdir").orElse(".");
    ProjectPaths.Checked checked = ProjectPaths.from(base, wdir);
    if (!checked.ok()) {
      problems.add(content.place(), checked.problem());
      return;
    }
    Optional<Located> dep =
        content.member("deps").map(Located::items).stream().flatMap(List::stream).findFirst();
    Optional<String> url =
        dep.filter(each -> each.member("repo").isEmpty())
            .flatMap(each -> EntryReader.text(each, "path"))
            .map(this::asUrl);
    String pin = dep.flatMap(each -> EntryReader.text(each, "etag")).orElse("");
    if (dep.flatMap(each -> each.member("repo")).isPresent()) {
      notes.accept(
          shown(file)
              + " was imported from another repository; that is not recorded as its origin");
    }
    EntryReader entries = new EntryReader(problems);
    for (Located out : content.member("outs").map(Located::items).orElse(List.of())) {
      entries
          .read(out, checked.path(), shown(file))
          .ifPresent(entry -> sources.add(new DvcSource(entry, url, pin)));
    }
  }

  private String asUrl(String path) {
    return path.contains("://") ? path : root.resolve(path).normalize().toUri().toString();
  }
}
