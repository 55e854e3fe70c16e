package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code .ftpipe/config.yaml} says of the cache, and over it {@code config.local.yaml}, which
 * stays on its machine.
 *
 * @param dir a folder for the cache, relative to {@code .ftpipe}; several projects may share one
 * @param links how large files are linked, the preferred way first: reflink, copy, hardlink,
 *     symlink
 */
public record CacheSettings(Optional<String> dir, List<String> links) {
  private static final List<String> FILES = List.of("config.yaml", "config.local.yaml");
  // Remotes are read by whoever uses them.
  private static final Set<String> KEYS = Set.of("cache", "core", "remote", "remotes");
  private static final Set<String> LINKS = Set.of("reflink", "copy", "hardlink", "symlink");

  public CacheSettings {
    links = List.copyOf(links);
  }

  /**
   * Reads the settings of a project.
   *
   * @throws dev.ftpipe.base.FtpipeException wrong use, with the place of each problem
   */
  public static CacheSettings read(Path root) {
    CacheSettings settings = new CacheSettings(Optional.empty(), List.of("reflink", "copy"));
    for (String name : FILES) {
      Path file = root.resolve(".ftpipe").resolve(name);
      if (Files.exists(file)) {
        settings = settings.with(file, ".ftpipe/" + name);
      }
    }
    return settings;
  }

  private CacheSettings with(Path file, String shownAs) {
    Problems problems = new Problems();
    Optional<Section> cache =
        Yaml.read(file, shownAs, problems)
            .filter(content -> !content.node().isNull())
            .flatMap(content -> Section.of(content, "the configuration", problems))
            .flatMap(content -> content.allowOnly(KEYS).section("cache"));
    CacheSettings read =
        cache
            .map(section -> section.allowOnly(Set.of("dir", "link")))
            .map(
                section ->
                    new CacheSettings(section.text("dir").or(this::dir), links(section, problems)))
            .orElse(this);
    problems.throwIfAny();
    return read;
  }

  private List<String> links(Section cache, Problems problems) {
    Optional<Located> given = cache.get("link");
    if (given.isEmpty()) {
      return links;
    }
    List<Located> items = given.get().node().isArray() ? given.get().items() : List.of(given.get());
    Set<String> found = new LinkedHashSet<>();
    for (Located item : items) {
      JsonNode node = item.node();
      if (node.isTextual() && LINKS.contains(node.textValue())) {
        found.add(node.textValue());
      } else {
        problems.add(
            item.place(),
            "'link' has to be reflink, copy, hardlink or symlink, or a list of these; found "
                + Section.describe(node));
      }
    }
    return new ArrayList<>(found);
  }
}
