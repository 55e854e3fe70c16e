package dev.ftpipe.dvc;

import dev.ftpipe.run.tree.WorkTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** Whether the work tree has what DVC recorded. */
final class InPlace {
  /** Python's order of texts. */
  private static final Comparator<String> BY_CODE_POINT =
      (one, other) -> Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path root;

  InPlace(Path root) {
    this.root = root;
  }

  boolean isThere(String path) {
    return Files.exists(root.resolve(path));
  }

  /** Whether the file or folder at the path has this hash; all of it is read. */
  boolean has(String path, DvcHash hash) throws IOException {
    Path place = root.resolve(path);
    if (hash.isFolder() != Files.isDirectory(place) || !Files.exists(place)) {
      return false;
    }
    return hash.isFolder() ? folderHas(place, hash) : fileHas(place, hash);
  }

  private boolean folderHas(Path folder, DvcHash hash) throws IOException {
    Map<String, String> files = new TreeMap<>(BY_CODE_POINT);
    for (Path file : WorkTree.filesOf(folder, root)) {
      DvcDigest digest = read(file, hash.legacy());
      files.put(folder.relativize(file).toString(), digest.sum());
    }
    return DvcDigest.of(FolderList.write(files)).equals(hash.digits());
  }

  private static boolean fileHas(Path file, DvcHash hash) throws IOException {
    return read(file, hash.legacy()).matches(hash.digits());
  }

  private static DvcDigest read(Path file, boolean legacy) throws IOException {
    DvcDigest digest = new DvcDigest(legacy);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel in = FileChannel.open(file)) {
      while (in.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
      }
    }
    return digest;
  }
}
