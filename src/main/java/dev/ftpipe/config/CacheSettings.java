package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link Settings} say of the cache.
 *
 * @param dir a folder for the cache, relative to {@code .ftpipe}; several projects may share one
 * @param links how large files are linked, the preferred way first: reflink, copy, hardlink,
 *     symlink
 */
public record CacheSettings(Optional<String> dir, List<String> links) {
  static final CacheSettings NONE = new CacheSettings(Optional.empty(), List.of());
  static final CacheSettings USUAL =
      new CacheSettings(Optional.empty(), List.of("reflink", "copy"));

  private static final Set<String> LINKS = Set.of("reflink", "copy", "hardlink", "symlink");

  public CacheSettings {
    links = List.copyOf(links);
  }

  static CacheSettings read(Section cache, Problems problems) {
    cache.allowOnly(Set.of("dir", "link"));
    return new CacheSettings(
        cache.text("dir"),
        cache.get("link").map(given -> links(given, problems)).orElse(List.of()));
  }

  /** These, and what they do not say from {@code under}. */
  CacheSettings over(CacheSettings under) {
    return new CacheSettings(dir.or(under::dir), links.isEmpty() ? under.links : links);
  }

  private static List<String> links(Located given, Problems problems) {
    List<Located> items = given.node().isArray() ? given.items() : List.of(given);
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
    return List.copyOf(found);
  }
}
