package dev.ftpipe.run.tree;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Content of paths that have to be there. */
public final class Required {
  private Required() {}

  /**
   * What a stage has written.
   *
   * @param kept which of the paths the store keeps; the others are measured
   * @return path to content, in the order of the paths
   * @throws FtpipeException naming the first path that is not there
   */
  public static Map<String, Artifact> outputs(
      WorkTree tree, List<String> paths, Predicate<String> kept) throws IOException {
    return of(
        tree,
        paths,
        kept,
        path ->
            "it ended without writing its output "
                + path
                + "; correct the path under outs, or what the stage writes");
  }

  /** What a stage reads, all of it kept by the store; otherwise as for {@link #outputs}. */
  public static Map<String, Artifact> inputs(WorkTree tree, List<String> paths) throws IOException {
    return of(tree, paths, path -> true, path -> "input " + path + " is not there");
  }

  private static Map<String, Artifact> of(
      WorkTree tree, List<String> paths, Predicate<String> kept, Function<String, String> missing)
      throws IOException {
    List<Optional<Artifact>> found = tree.measureOrKeep(paths, kept);
    Map<String, Artifact> all = new LinkedHashMap<>();
    for (int i = 0; i < paths.size(); i++) {
      String path = paths.get(i);
      all.put(path, found.get(i).orElseThrow(() -> FtpipeException.pipeline(missing.apply(path))));
    }
    return all;
  }
}
