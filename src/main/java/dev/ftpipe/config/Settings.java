package dev.ftpipe.config;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The project's own settings: {@code .ftpipe/config.yaml}, and over it the ignored {@code
 * config.local.yaml}.
 *
 * @param defaultRemote name of the remote that is meant when none is named
 * @param autopush whether every finished stage is pushed at once
 * @param remotes by name, in the order of the files
 */
public record Settings(
    Optional<String> defaultRemote, boolean autopush, Map<String, RemoteConfig> remotes) {
  public static final String SHARED = ".ftpipe/config.yaml";
  public static final String LOCAL = ".ftpipe/config.local.yaml";

  /**
   * Reads both files of a project.
   *
   * @throws FtpipeException wrong use, with everything that is wrong in them
   */
  public static Settings read(Path root) {
    Problems problems = new Problems();
    Settings shared = read(root, SHARED, problems);
    Settings local = read(root, LOCAL, problems);
    problems.throwIfAny();
    Map<String, RemoteConfig> remotes = new LinkedHashMap<>(shared.remotes);
    local.remotes.forEach((name, over) -> remotes.merge(name, over, RemoteConfig::under));
    return new Settings(
        local.defaultRemote.or(shared::defaultRemote), local.autopush || shared.autopush, remotes);
  }

  private static Settings read(Path root, String file, Problems problems) {
    Settings none = new Settings(Optional.empty(), false, Map.of());
    if (!Files.exists(root.resolve(file))) {
      return none;
    }
    return Yaml.read(root.resolve(file), file, problems)
        .filter(content -> !content.node().isNull())
        .flatMap(content -> Section.of(content, "the file", problems))
        .map(section -> read(section, file.equals(SHARED), problems))
        .orElse(none);
  }

  private static Settings read(Section section, boolean committed, Problems problems) {
    section.allowOnly(Set.of("remote", "remotes", "cache"));
    Optional<Section> remote = section.section("remote");
    remote.ifPresent(each -> each.allowOnly(Set.of("default", "autopush")));
    Map<String, RemoteConfig> remotes = new LinkedHashMap<>();
    section
        .section("remotes")
        .ifPresent(
            all ->
                all.members()
                    .forEach(
                        (name, value) ->
                            Section.of(value, "remote '" + name + "'", problems)
                                .ifPresent(
                                    its ->
                                        remotes.put(
                                            name,
                                            RemoteConfig.read(name, its, committed, problems)))));
    return new Settings(
        remote.flatMap(each -> each.text("default")),
        remote.map(each -> each.flag("autopush", false)).orElse(false),
        remotes);
  }

  /** Whether there is any remote to speak to. */
  public boolean hasRemote() {
    return defaultRemote.isPresent() || remotes.size() == 1;
  }

  /**
   * The remote of this name, or the default one.
   *
   * @throws FtpipeException wrong use, when there is none
   */
  public RemoteConfig remote(Optional<String> name) {
    if (name.isEmpty() && defaultRemote.isEmpty()) {
      if (remotes.size() == 1) {
        return remotes.values().iterator().next();
      }
      throw FtpipeException.usage(
          remotes.isEmpty()
              ? "there is no remote; add one with: ftpipe remote add -d NAME s3://BUCKET/PREFIX"
              : "none of the remotes ("
                  + String.join(", ", remotes.keySet())
                  + ") is the default; name one with -r, or make it the default with: ftpipe config"
                  + " remote.default NAME");
    }
    String wanted = name.or(() -> defaultRemote).orElseThrow();
    RemoteConfig found = remotes.get(wanted);
    if (found == null || found.url().isEmpty()) {
      throw FtpipeException.usage(
          (found == null ? "there is no remote '" : "there is no url for the remote '")
              + wanted
              + "' in "
              + SHARED
              + Nearest.hint(wanted, remotes.keySet()));
    }
    return found;
  }
}
