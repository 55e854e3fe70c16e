package dev.ftpipe.proof;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What lies at a path of a {@link World}. */
sealed interface Node {
  /** A small text file. */
  record Text(String text, boolean executable) implements Node {}

  /** A folder with the paths below it. */
  record Folder(NavigableMap<String, Text> files) implements Node {
    public Folder {
      files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
    }
  }

  /** Every file of this node by its path, the node being at {@code path}. */
  default NavigableMap<String, Text> files(String path) {
    NavigableMap<String, Text> files = new TreeMap<>();
    if (this instanceof Text text) {
      files.put(path, text);
    } else if (this instanceof Folder folder) {
      folder.files().forEach((name, text) -> files.put(path + "/" + name, text));
    }
    return files;
  }
}
