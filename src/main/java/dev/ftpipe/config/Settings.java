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
 * @param cache where the local cache is and how files are linked from it
 * @param defaultRemote name of the remote that is meant when none is named
 * @param autopush whether every finished stage is pushed at once; not, when nothing is said
 * @param remotes by name, in the order of the files
 * @param profiles where runs can be sent: options by name, {@code provider} among them
 * @param mlflow a server that hears of every run
 */
public record Settings(
    CacheSettings cache,
    Optional<String> defaultRemote,
    Optional<Boolean> autopush,
    Map<String, RemoteConfig> remotes,
    Map<String, Map<String, String>> profiles,
    MlflowSettings mlflow) {
  public static final String SHARED = ".ftpipe/config.yaml";
  public static final String LOCAL = ".ftpipe/config.local.yaml";

  private static final Settings NONE =
      new Settings(
          CacheSettings.NONE,
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Map.of(),
          MlflowSettings.NONE);
  private static final Settings USUAL =
      new Settings(
          CacheSettings.USUAL,
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Map.of(),
          MlflowSettings.NONE);

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
    return local.over(shared.over(USUAL));
  }

  private static Settings read(Path root, String file, Problems problems) {
    if (!Files.exists(root.resolve(file))) {
      return NONE;
    }
    return Yaml.read(root.resolve(file), file, problems)
        .filter(content -> !content.node().isNull())
        .flatMap(content -> Section.of(content, "the file", problems))
        .map(section -> read(section, file.equals(SHARED), problems))
        .orElse(NONE);
  }

  private static Settings read(Section section, boolean committed, Problems problems) {
    section.allowOnly(Set.of("remote", "remotes", "cache", "profiles", "mlflow"));
    Optional<Section> remote = section.section("remote");
    remote.ifPresent(each -> each.allowOnly(Set.of("default", "autopush")));
    return new Settings(
        section
            .section("cache")
            .map(cache -> CacheSettings.read(cache, problems))
            .orElse(CacheSettings.NONE),
        remote.flatMap(each -> each.text("default")),
        remote.filter(each -> each.has("autopush")).map(each -> each.flag("autopush", false)),
        section.section("remotes").map(all -> remotes(all, committed, problems)).orElse(Map.of()),
        section.section("profiles").map(all -> profiles(all, problems)).orElse(Map.of()),
        section
            .section("mlflow")
            .map(mlflow -> MlflowSettings.read(mlflow, problems))
            .orElse(MlflowSettings.NONE));
  }

  private static Map<String, Map<String, String>> profiles(Section all, Problems problems) {
    Map<String, Map<String, String>> profiles = new LinkedHashMap<>();
    all.members()
        .forEach(
            (name, value) ->
                Section.of(value, "profile '" + name + "'", problems)
                    .ifPresent(its -> profiles.put(name, options(its))));
    return profiles;
  }

  private static Map<String, String> options(Section profile) {
    Map<String, String> options = new LinkedHashMap<>();
    profile.members().forEach((key, value) -> options.put(key, value.node().asText()));
    return options;
  }

  private static Map<String, RemoteConfig> remotes(
      Section all, boolean committed, Problems problems) {
    Map<String, RemoteConfig> remotes = new LinkedHashMap<>();
    all.members()
        .forEach(
            (name, value) ->
                Section.of(value, "remote '" + name + "'", problems)
                    .map(its -> RemoteConfig.read(name, its, committed, problems))
                    .ifPresent(remote -> remotes.put(name, remote)));
    return remotes;
  }

  private Settings over(Settings under) {
    Map<String, RemoteConfig> both = new LinkedHashMap<>(under.remotes);
    remotes.forEach((name, over) -> both.merge(name, over, RemoteConfig::under));
    return new Settings(
        cache.over(under.cache),
        defaultRemote.or(under::defaultRemote),
        autopush.or(under::autopush),
        both,
        merged(under.profiles),
        mlflow.over(under.mlflow));
  }

  private Map<String, Map<String, String>> merged(Map<String, Map<String, String>> under) {
    Map<String, Map<String, String>> both = new LinkedHashMap<>(under);
    profiles.forEach(
        (name, over) -> {
          Map<String, String> options = new LinkedHashMap<>(both.getOrDefault(name, Map.of()));
          options.putAll(over);
          both.put(name, options);
        });
    return both;
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
