package dev.ftpipe.config;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What DVC's configuration says: of the user, of the repository ({@code .dvc/config}), and over
 * these of the machine ({@code .dvc/config.local}).
 */
public final class DvcConfig {
  private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();

  private DvcConfig() {}

  /** The nearest folder {@code .dvc}, upwards; empty outside of a DVC repository. */
  public static Optional<Path> folderAbove(Path root) {
    for (Path at = root.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".dvc"))) {
        return Optional.of(at.resolve(".dvc"));
      }
    }
    return Optional.empty();
  }

  /**
   * The configuration of a repository.
   *
   * @param folder the folder {@code .dvc}
   * @param environment of the process; says where the user's own file is
   * @throws FtpipeException wrong use, with the place of what cannot be read
   */
  public static DvcConfig read(Path folder, Map<String, String> environment) {
    DvcConfig config = new DvcConfig();
    Problems problems = new Problems();
    userFile(environment).ifPresent(file -> config.add(file, file.toString(), problems));
    for (String name : List.of("config", "config.local")) {
      config.add(folder.resolve(name), ".dvc/" + name, problems);
    }
    problems.throwIfAny();
    return config;
  }

  private static Optional<Path> userFile(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("DVC_GLOBAL_CONFIG_DIR"))
        .map(Path::of)
        .or(
            () ->
                Optional.ofNullable(environment.get("XDG_CONFIG_HOME"))
                    .map(home -> Path.of(home, "dvc")))
        .or(
            () ->
                Optional.ofNullable(environment.get("HOME"))
                    .map(home -> Path.of(home, ".config", "dvc")))
        .map(dir -> dir.resolve("config"));
  }

  private void add(Path file, String shownAs, Problems problems) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read " + shownAs + ": " + e.getMessage(), e);
    }
    @Nullable Map<String, String> section = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      int equals = line.indexOf('=');
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (line.startsWith("[") && line.endsWith("]")) {
        String name = unquoted(line.substring(1, line.length() - 1).strip());
        section = sections.computeIfAbsent(name, key -> new TreeMap<>());
      } else if (equals > 0 && section != null) {
        section.put(
            line.substring(0, equals).strip().toLowerCase(Locale.ROOT), value(line, equals + 1));
      } else {
        problems.add(new Location(shownAs, i + 1, 1), "neither a [section] nor an option = value");
      }
    }
  }

  private static String value(String line, int from) {
    String text = line.substring(from).strip();
    int comment = text.startsWith("'") || text.startsWith("\"") ? -1 : text.indexOf(" #");
    return unquoted(comment < 0 ? text : text.substring(0, comment).strip());
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() > 1
            && (text.startsWith("'") || text.startsWith("\""))
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** The value of an option such as {@code cache.dir}. */
  public Optional<String> value(String section, String option) {
    return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(option));
  }

  /** How mappings in commands become flags: {@code parsing.bool}, {@code parsing.list}. */
  public FlagStyle flags() {
    return new FlagStyle(
        value("parsing", "bool").filter("boolean_optional"::equalsIgnoreCase).isPresent(),
        value("parsing", "list").filter("append"::equalsIgnoreCase).isPresent());
  }

  /** The remote that is meant when none is named. */
  public Optional<String> defaultRemote() {
    return value("core", "remote");
  }

  /** The remotes by name, with those of their options that ftpipe has, too. */
  public Map<String, RemoteConfig> remotes() {
    Map<String, RemoteConfig> remotes = new LinkedHashMap<>();
    sections.forEach(
        (section, options) -> {
          if (section.startsWith("remote ")) {
            String name = unquoted(section.substring("remote ".length()).strip());
            Map<String, String> known = new TreeMap<>(options);
            known.keySet().retainAll(RemoteConfig.OPTIONS);
            known.values().removeIf(String::isEmpty);
            remotes.put(name, new RemoteConfig(name, known));
          }
        });
    return remotes;
  }
}
