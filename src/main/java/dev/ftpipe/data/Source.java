package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file or folder to read.
 *
 * @param path where it is
 * @param name what messages call it: the path as the user wrote it
 */
public record Source(Path path, String name) {
  /** The file itself, or the parquet files of the folder in the order of their names. */
  public List<Source> parquetFiles() throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(this);
    }
    try (Stream<Path> children = Files.list(path)) {
      List<Source> shards =
          children
              .filter(child -> isShard(child.getFileName().toString()))
              .sorted()
              .map(child -> new Source(child, name + "/" + child.getFileName()))
              .toList();
      if (shards.isEmpty()) {
        throw FtpipeException.pipeline(
            name + ": a folder without parquet files; expected files that end in .parquet");
      }
      return shards;
    }
  }

  /** Writers put markers and summaries beside the shards under names with these beginnings. */
  private static boolean isShard(String name) {
    return name.endsWith(".parquet") && !name.startsWith(".") && !name.startsWith("_");
  }
}
