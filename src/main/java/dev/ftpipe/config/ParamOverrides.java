package dev.ftpipe.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Values of the command line over those of {@code params.yaml}.
 *
 * @param file of {@code --params}: merged deeply over {@code params.yaml}
 * @param assignments of {@code -S}: each as {@link Assignment} reads it; they go over the file
 */
public record ParamOverrides(Optional<Path> file, List<String> assignments) {
  public static final ParamOverrides NONE = new ParamOverrides(Optional.empty(), List.of());

  public ParamOverrides {
    assignments = List.copyOf(assignments);
  }
}
