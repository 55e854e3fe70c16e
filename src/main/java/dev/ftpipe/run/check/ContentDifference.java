package dev.ftpipe.run.check;

import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Says where two contents of one output differ, for a person who looks for the cause. */
public final class ContentDifference {
  /** Lists the files of a folder that count as its content. */
  public interface Listing {
    Iterable<Path> files(Path folder) throws IOException;
  }

  private final String path;
  private final Listing listing;

  /**
   * Of one output.
   *
   * @param path as the pipeline names it
   */
  public ContentDifference(String path, Listing listing) {
    this.path = path;
    this.listing = listing;
  }

  /**
   * One line: the first file and the first byte in it.
   *
   * @param before what is expected
   * @param beforeAt its bytes, where they can be had
   * @param nowAt the bytes of {@code now}
   */
  public String describe(Artifact before, Optional<Path> beforeAt, Artifact now, Path nowAt)
      throws IOException {
    if ((before.kind() == Artifact.Kind.TREE) != (now.kind() == Artifact.Kind.TREE)) {
      return path + " is " + kind(now) + " instead of " + kind(before);
    }
    if (before.digest().equals(now.digest())) {
      boolean executable = now.kind() == Artifact.Kind.EXECUTABLE;
      return path + " is " + (executable ? "" : "not ") + "executable, otherwise the same";
    }
    if (beforeAt.isEmpty()) {
      return path
          + ": "
          + now.size()
          + " bytes ("
          + now.digest().brief()
          + ") instead of "
          + before.size()
          + " ("
          + before.digest().brief()
          + "), which neither the cache nor the work tree holds";
    }
    return now.kind() == Artifact.Kind.TREE
        ? ofFolders(beforeAt.get(), nowAt)
        : path + firstByte(beforeAt.get(), nowAt);
  }

  private static String kind(Artifact artifact) {
    return artifact.kind() == Artifact.Kind.TREE ? "a folder" : "a file";
  }

  private String ofFolders(Path before, Path now) throws IOException {
    SortedMap<String, Path> old = files(before);
    SortedMap<String, Path> made = files(now);
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(made.keySet());
    String first = "";
    int count = 0;
    for (String name : names) {
      Optional<String> difference =
          between(Optional.ofNullable(old.get(name)), Optional.ofNullable(made.get(name)));
      if (difference.isPresent()) {
        count++;
        first = first.isEmpty() ? path + "/" + name + difference.get() : first;
      }
    }
    return count <= 1 ? first : first + "; " + count + " of " + names.size() + " files differ";
  }

  private SortedMap<String, Path> files(Path folder) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    for (Path file : listing.files(folder)) {
      files.put(folder.relativize(file).toString(), file);
    }
    return files;
  }

  private static Optional<String> between(Optional<Path> before, Optional<Path> now)
      throws IOException {
    if (now.isEmpty()) {
      return Optional.of(" is missing");
    }
    if (before.isEmpty()) {
      return Optional.of(" is new");
    }
    if (Files.mismatch(before.get(), now.get()) >= 0) {
      return Optional.of(firstByte(before.get(), now.get()));
    }
    boolean executable = Files.isExecutable(now.get());
    return executable == Files.isExecutable(before.get())
        ? Optional.empty()
        : Optional.of(" is " + (executable ? "" : "not ") + "executable, otherwise the same");
  }

  private static String firstByte(Path before, Path now) throws IOException {
    long was = Files.size(before);
    long is = Files.size(now);
    return ", first at byte "
        + Files.mismatch(before, now)
        + " ("
        + (was == is ? is + " bytes, as before" : is + " bytes instead of " + was)
        + ")";
  }
}
