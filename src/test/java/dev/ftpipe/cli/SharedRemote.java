package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.folder.FolderObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A remote that several projects and machines share. */
interface SharedRemote {
  /** Makes it the default remote of a project. */
  void addTo(CommandLines project) throws IOException;

  /** What lies there. */
  ObjectStore open();

  /** A folder. */
  static SharedRemote of(Path folder) {
    return new SharedRemote() {
      @Override
      public void addTo(CommandLines project) {
        Result added = project.ftpipe("remote", "add", "-d", "shared", folder.toString());
        assertThat(added.exitCode()).as(added.err()).isZero();
      }

      @Override
      public ObjectStore open() {
        return FolderObjectStore.open(folder);
      }
    };
  }

  /** The names of the objects that begin so. */
  default List<String> keys(String prefix) throws IOException {
    List<String> keys = new ArrayList<>();
    try (ObjectStore objects = open()) {
      objects.list(prefix, each -> keys.add(each.key()));
    }
    return keys;
  }

  /** The text of all objects whose names begin so. */
  default String text(String prefix) throws IOException {
    StringBuilder text = new StringBuilder();
    try (ObjectStore objects = open()) {
      for (String key : keys(prefix)) {
        text.append(new String(objects.read(key, 1 << 20).orElseThrow(), StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }
}
