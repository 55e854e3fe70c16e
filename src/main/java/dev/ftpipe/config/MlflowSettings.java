package dev.ftpipe.config;

import java.util.Optional;
import java.util.Set;

/**
 * What {@link Settings} say of MLflow.
 *
 * @param uri of the tracking server; empty: runs are not sent there
 * @param experiment that runs belong to; empty: one with the name of the project's folder
 */
public record MlflowSettings(Optional<String> uri, Optional<String> experiment) {
  static final MlflowSettings NONE = new MlflowSettings(Optional.empty(), Optional.empty());

  static MlflowSettings read(Section mlflow, Problems problems) {
    mlflow.allowOnly(Set.of("uri", "experiment"));
    Optional<Located> uri = mlflow.get("uri");
    if (uri.isPresent() && !uri.get().node().asText().matches("https?://.+")) {
      problems.add(
          uri.get().place(),
          "'uri' has to be the http:// or https:// address of an MLflow server; found "
              + Section.describe(uri.get().node()));
    }
    return new MlflowSettings(mlflow.text("uri"), mlflow.text("experiment"));
  }

  /** These, and what they do not say from {@code under}. */
  MlflowSettings over(MlflowSettings under) {
    return new MlflowSettings(uri.or(under::uri), experiment.or(under::experiment));
  }
}
