package dev.ftpipe.run.tree;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveTask;
import org.jspecify.annotations.Nullable;

/**
 * Walks a folder on all cores, one call of the system a file; links are followed. Folders of
 * ftpipe, DVC and version control are not part of it, at any depth.
 */
final class FolderWalk extends RecursiveTask<Folder> {
  private static final long serialVersionUID = 1;
  private static final Set<String> NOT_DATA = Set.of(".git", ".hg", ".dvc", ".ftpipe");
  private static final int GRAIN = 1024;

  private final transient Path root;
  private final transient Path place;
  private final String path;
  private final transient List<Object> around;
  private transient IgnoreRules rules;

  private FolderWalk(Path root, Path place, String path, List<Object> around, IgnoreRules rules) {
    this.root = root;
    this.place = place;
    this.path = path;
    this.around = around;
    this.rules = rules;
  }

  /**
   * All files below a folder.
   *
   * @param root of the project, for messages
   */
  static Folder of(Path folder, Path root) throws IOException {
    Object key = Files.readAttributes(folder, PosixFileAttributes.class).fileKey();
    try {
      IgnoreRules rules = IgnoreRules.around(root, folder);
      return new FolderWalk(root, folder, "", List.of(key), rules).invoke();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  protected Folder compute() {
    try {
      String[] names = names();
      FileStat[] stats = new FileStat[names.length];
      Object[] keys = new Object[names.length];
      Parallel.ranges(names.length, GRAIN, (from, to) -> stat(names, stats, keys, from, to));
      return rules.any() ? kept(names, stats, keys) : sorted(names, stats, keys);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String[] names() throws IOException {
    List<String> names = new ArrayList<>();
    boolean hasRules = false;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (name.indexOf('\uFFFD') >= 0) {
          throw FtpipeException.environment(
              shown(name)
                  + " has a name that the locale cannot express; set LC_ALL=C.UTF-8, or rename it",
              null);
        }
        hasRules |= IgnoreRules.FILES.contains(name);
        if (!NOT_DATA.contains(name) && !IgnoreRules.FILES.contains(name)) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (hasRules) {
      rules = rules.and(place);
    }
    String[] sorted = names.toArray(new String[0]);
    Arrays.sort(sorted);
    return sorted;
  }

  private void stat(String[] names, FileStat[] stats, Object[] keys, int from, int to)
      throws IOException {
    for (int i = from; i < to; i++) {
      PosixFileAttributes attributes;
      try {
        attributes = Files.readAttributes(place.resolve(names[i]), PosixFileAttributes.class);
      } catch (FileSystemException e) {
        if (rules.ignores(place.resolve(names[i]), false)) {
          continue;
        }
        // To nothing, or round and round.
        if (Files.isSymbolicLink(place.resolve(names[i]))) {
          throw FtpipeException.pipeline(
              shown(names[i]) + " is a link to nothing; remove it or make what it points to");
        }
        throw e;
      }
      stats[i] = FileStat.of(attributes);
      if (stats[i].kind() == FileStat.Kind.FOLDER) {
        keys[i] = attributes.fileKey();
      } else if (!stats[i].regular() && !rules.ignores(place.resolve(names[i]), false)) {
        throw FtpipeException.pipeline(
            shown(names[i]) + " is neither a file nor a folder; it cannot be tracked");
      }
    }
  }

  /** Goes on with the entries that no rule excludes. */
  private Folder kept(String[] names, @Nullable FileStat[] stats, Object[] keys) {
    int count = 0;
    for (int i = 0; i < names.length; i++) {
      FileStat stat = stats[i];
      if (stat != null
          && !rules.ignores(place.resolve(names[i]), stat.kind() == FileStat.Kind.FOLDER)) {
        names[count] = names[i];
        stats[count] = stat;
        keys[count++] = keys[i];
      }
    }
    return sorted(
        Arrays.copyOf(names, count), Arrays.copyOf(stats, count), Arrays.copyOf(keys, count));
  }

  /** Walks the folders among the entries, and gives all in the order of a tree. */
  private Folder sorted(String[] names, FileStat[] stats, Object[] keys) {
    List<FolderWalk> walks = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      if (stats[i].kind() == FileStat.Kind.FOLDER) {
        walks.add(folder(names[i], keys[i]));
      }
    }
    if (walks.isEmpty()) {
      return new Folder(place, path, names, stats, List.of());
    }
    ForkJoinTask.invokeAll(walks);
    // Few of a folder's entries are folders, or few entries are there at all: a map will do.
    TreeMap<String, FileStat> entries = new TreeMap<>();
    List<Folder> folders = new ArrayList<>();
    int walked = 0;
    for (int i = 0; i < names.length; i++) {
      if (stats[i].kind() != FileStat.Kind.FOLDER) {
        entries.put(names[i], stats[i]);
        continue;
      }
      Folder folder = walks.get(walked++).join();
      if (folder.files() > 0) {
        entries.put(names[i] + "/", stats[i]);
        folders.add(folder);
      }
    }
    // By name + "/", as the entries are: "a-b/" comes before "a/".
    folders.sort(Comparator.comparing(Folder::path));
    return new Folder(
        place,
        path,
        entries.keySet().toArray(new String[0]),
        entries.values().toArray(new FileStat[0]),
        folders);
  }

  private FolderWalk folder(String name, Object key) {
    if (around.contains(key)) {
      throw FtpipeException.pipeline(
          shown(name) + " is a link to a folder around it; it cannot be tracked");
    }
    List<Object> chain = new ArrayList<>(around);
    chain.add(key);
    return new FolderWalk(root, place.resolve(name), path + name + "/", chain, rules);
  }

  private Path shown(String name) {
    return root.relativize(place.resolve(name));
  }
}
