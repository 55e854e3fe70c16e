package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A project folder of a test. */
record Project(Path root) {
  Project file(String name, String content) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Project pipeline(String content) {
    return file("pipeline.yaml", content);
  }

  Project params(String content) {
    return file("params.yaml", content);
  }

  Graph load() {
    return load(ParamOverrides.NONE);
  }

  Graph load(ParamOverrides overrides) {
    return Pipelines.load(root, TestKind.ALL, overrides);
  }

  /** The lines that loading complains with; none when it works. */
  List<String> problems() {
    return problems(ParamOverrides.NONE);
  }

  List<String> problems(ParamOverrides overrides) {
    FtpipeException thrown = catchThrowableOfType(FtpipeException.class, () -> load(overrides));
    if (thrown == null) {
      return List.of();
    }
    if (thrown.kind() != FtpipeException.Kind.USAGE) {
      throw new AssertionError("not a usage error: " + thrown.kind(), thrown);
    }
    return List.of(thrown.getMessage().split("\n", -1));
  }
}
